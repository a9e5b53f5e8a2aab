package io.sluice.broker.security;

import io.sluice.broker.security.SecurityEvent.CredentialRemoved;
import io.sluice.broker.security.SecurityEvent.CredentialSet;
import io.sluice.broker.security.SecurityEvent.RuleAdded;
import io.sluice.broker.security.SecurityEvent.RuleRemoved;
import io.sluice.common.BrokenInvariantException;
import java.nio.ByteBuffer;

/** Events to bytes and back; the layout stands in the package's description. */
final class SecurityCodec {
    private static final int RULE_ADDED = 1;
    private static final int RULE_REMOVED = 2;
    private static final int CREDENTIAL_SET = 3;
    private static final int CREDENTIAL_REMOVED = 4;

    private SecurityCodec() {}

    static ByteBuffer encode(SecurityEvent event) {
        SecurityWriter writer = new SecurityWriter();
        switch (event) {
            case RuleAdded added -> writer.putByte(RULE_ADDED).putRule(added.rule());
            case RuleRemoved removed -> writer.putByte(RULE_REMOVED).putRule(removed.rule());
            case CredentialSet set ->
                writer.putByte(CREDENTIAL_SET)
                        .putText(set.user())
                        .putByte(set.mechanism().code())
                        .putCredential(set.credential());
            case CredentialRemoved removed ->
                writer.putByte(CREDENTIAL_REMOVED)
                        .putText(removed.user())
                        .putByte(removed.mechanism().code());
        }
        return writer.toBuffer();
    }

    static SecurityEvent decode(ByteBuffer event) {
        SecurityReader reader = new SecurityReader(event);
        int type = reader.readByte();
        return switch (type) {
            case RULE_ADDED -> new RuleAdded(reader.readRule());
            case RULE_REMOVED -> new RuleRemoved(reader.readRule());
            case CREDENTIAL_SET ->
                new CredentialSet(reader.readText(), reader.readMechanism(), reader.readCredential());
            case CREDENTIAL_REMOVED -> new CredentialRemoved(reader.readText(), reader.readMechanism());
            default -> throw new BrokenInvariantException("security event of unknown type " + type);
        };
    }
}
