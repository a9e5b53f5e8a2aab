package io.sluice.protocol.kafka.codec.security;

import io.sluice.protocol.kafka.codec.ColdHandler;
import java.util.List;

/** The handlers of this package. */
public final class SecurityHandlers {
    private SecurityHandlers() {}

    /** One of each. */
    public static List<ColdHandler<?>> all() {
        return List.of(
                new SaslHandshakeHandler(),
                new SaslAuthenticateHandler(),
                new DescribeAclsHandler(),
                new CreateAclsHandler(),
                new DeleteAclsHandler(),
                new DescribeUserScramCredentialsHandler(),
                new AlterUserScramCredentialsHandler());
    }
}
