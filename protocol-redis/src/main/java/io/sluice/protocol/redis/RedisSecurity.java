package io.sluice.protocol.redis;

import io.sluice.broker.api.Logins;
import io.sluice.network.Tls;
import java.util.Optional;

/**
 * How clients of the Redis listener prove who they are.
 *
 * @param logins of which PLAIN answers AUTH; none if nobody has to log in
 * @param tls keys and trust, if connections are encrypted
 */
public record RedisSecurity(Logins logins, Optional<Tls> tls) {
    /** Anybody, in the clear. */
    public static RedisSecurity none() {
        return new RedisSecurity(Logins.NONE, Optional.empty());
    }
}
