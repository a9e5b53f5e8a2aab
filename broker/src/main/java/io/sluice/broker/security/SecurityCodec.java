package io.sluice.broker.security;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRule.Pattern;
import io.sluice.broker.api.AccessRule.Permission;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.security.SecurityEvent.CredentialRemoved;
import io.sluice.broker.security.SecurityEvent.CredentialSet;
import io.sluice.broker.security.SecurityEvent.RuleAdded;
import io.sluice.broker.security.SecurityEvent.RuleRemoved;
import io.sluice.common.BrokenInvariantException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Events and their parts to bytes and back; the layout stands in the package's description. */
final class SecurityCodec {
    private static final int RULE_ADDED = 1;
    private static final int RULE_REMOVED = 2;
    private static final int CREDENTIAL_SET = 3;
    private static final int CREDENTIAL_REMOVED = 4;

    /** In a filter; no code of anything is so. */
    private static final int ANY = -1;

    private SecurityCodec() {}

    static ByteBuffer encode(SecurityEvent event) {
        ByteWriter out = new ByteWriter();
        switch (event) {
            case RuleAdded added -> putRule(out.putByte(RULE_ADDED), added.rule());
            case RuleRemoved removed -> putRule(out.putByte(RULE_REMOVED), removed.rule());
            case CredentialSet set ->
                putCredential(out.putByte(CREDENTIAL_SET), set.user(), set.mechanism(), set.credential());
            case CredentialRemoved removed ->
                out.putByte(CREDENTIAL_REMOVED)
                        .putShortText(removed.user())
                        .putByte(removed.mechanism().code());
        }
        return out.toBuffer();
    }

    static SecurityEvent decode(ByteBuffer event) {
        ByteReader in = new ByteReader(event);
        int type = in.getByte();
        return switch (type) {
            case RULE_ADDED -> new RuleAdded(getRule(in));
            case RULE_REMOVED -> new RuleRemoved(getRule(in));
            case CREDENTIAL_SET -> new CredentialSet(in.getShortText(), getMechanism(in), getCredential(in));
            case CREDENTIAL_REMOVED -> new CredentialRemoved(in.getShortText(), getMechanism(in));
            default -> throw unknown("an event of type", type);
        };
    }

    static void putRule(ByteWriter out, AccessRule rule) {
        out.putByte(rule.type().code())
                .putByte(rule.pattern().code())
                .putShortText(rule.resource())
                .putShortText(rule.principal().type())
                .putShortText(rule.principal().name())
                .putShortText(rule.host())
                .putByte(rule.operation().code())
                .putByte(rule.permission().code());
    }

    static AccessRule getRule(ByteReader in) {
        int type = in.getByte();
        int pattern = in.getByte();
        String resource = in.getShortText();
        Principal principal = new Principal(in.getShortText(), in.getShortText());
        String host = in.getShortText();
        int operation = in.getByte();
        int permission = in.getByte();
        return new AccessRule(
                ResourceType.find(type).orElseThrow(() -> unknown("a resource type", type)),
                pattern(pattern),
                resource,
                principal,
                host,
                Operation.find(operation).orElseThrow(() -> unknown("an operation", operation)),
                permission(permission));
    }

    /** Travels between nodes only. */
    static void putFilter(ByteWriter out, AccessRuleFilter filter) {
        out.putByte(filter.type().map(known -> (int) known.code()).orElse(ANY))
                .putOptionalText(filter.resource())
                .putByte(filter.names().ordinal())
                .putOptionalText(filter.principal().map(Principal::type))
                .putOptionalText(filter.principal().map(Principal::name))
                .putOptionalText(filter.host())
                .putByte(filter.operation().map(known -> (int) known.code()).orElse(ANY))
                .putByte(filter.permission().map(known -> (int) known.code()).orElse(ANY));
    }

    static AccessRuleFilter getFilter(ByteReader in) {
        int type = in.getByte();
        Optional<String> resource = in.getOptionalText();
        int names = in.getByte();
        Optional<String> principalType = in.getOptionalText();
        Optional<String> principalName = in.getOptionalText();
        Optional<String> host = in.getOptionalText();
        int operation = in.getByte();
        int permission = in.getByte();
        if (names < 0 || names >= AccessRuleFilter.Names.values().length) {
            throw unknown("a comparison of names", names);
        }
        return new AccessRuleFilter(
                type == ANY ? Optional.empty() : ResourceType.find(type),
                resource,
                AccessRuleFilter.Names.values()[names],
                principalType.flatMap(known -> principalName.map(name -> new Principal(known, name))),
                host,
                operation == ANY ? Optional.empty() : Operation.find(operation),
                permission == ANY ? Optional.empty() : Optional.of(permission(permission)));
    }

    private static Pattern pattern(int code) {
        for (Pattern pattern : Pattern.values()) {
            if (pattern.code() == code) {
                return pattern;
            }
        }
        throw unknown("a pattern", code);
    }

    private static Permission permission(int code) {
        for (Permission permission : Permission.values()) {
            if (permission.code() == code) {
                return permission;
            }
        }
        throw unknown("a permission", code);
    }

    static void putCredential(ByteWriter out, String user, ScramMechanism mechanism, ScramCredential credential) {
        out.putShortText(user)
                .putByte(mechanism.code())
                .putInt(credential.iterations())
                .putShortBytes(credential.salt())
                .putShortBytes(credential.storedKey())
                .putShortBytes(credential.serverKey());
    }

    static ScramMechanism getMechanism(ByteReader in) {
        int code = in.getByte();
        return ScramMechanism.find(code).orElseThrow(() -> unknown("a mechanism", code));
    }

    static ScramCredential getCredential(ByteReader in) {
        return new ScramCredential(in.getInt(), in.getShortBytes(), in.getShortBytes(), in.getShortBytes());
    }

    private static BrokenInvariantException unknown(String what, int code) {
        return new BrokenInvariantException("security has " + what + " of unknown code " + code);
    }
}
