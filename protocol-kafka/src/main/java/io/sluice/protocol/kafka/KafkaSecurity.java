package io.sluice.protocol.kafka;

import io.sluice.broker.api.Logins;
import io.sluice.network.PrincipalMapping;
import io.sluice.network.Tls;
import java.util.Optional;

/**
 * How clients of the Kafka listener prove who they are.
 *
 * @param logins SASL; who logs in is who the login says, whatever certificate there is
 * @param tls keys and trust, if connections are encrypted
 * @param mapping names of users from names of certificates, where there is no SASL
 */
public record KafkaSecurity(Logins logins, Optional<Tls> tls, PrincipalMapping mapping) {
    /** Anybody, in the clear. */
    public static KafkaSecurity none() {
        return new KafkaSecurity(Logins.NONE, Optional.empty(), PrincipalMapping.parse("DEFAULT"));
    }
}
