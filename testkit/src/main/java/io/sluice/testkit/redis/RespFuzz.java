package io.sluice.testkit.redis;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.RespConnection;
import io.sluice.testkit.fuzz.Bystander;
import io.sluice.testkit.fuzz.ListenerFuzz;
import io.sluice.testkit.fuzz.ListenerFuzz.Outcome;
import java.time.Duration;
import java.util.Optional;

/** Random, mutated and endless requests at a Redis listener while an honest client goes on. */
public final class RespFuzz {
    private RespFuzz() {}

    /**
     * Attacks the broker for {@code duration}.
     *
     * @param address of its Redis listener, HOST:PORT
     * @param seed decides every byte
     */
    public static Outcome run(BrokerUnderTest broker, String address, long seed, Duration duration) {
        RespConnection connection = RespConnection.open(address);
        // A database of its own: the hostile ones empty theirs.
        connection.call("SELECT", "9");
        try (Bystander honest = new Bystander(() -> add(connection), connection::close)) {
            return ListenerFuzz.run(broker, address, new HostileRequests(seed), honest, duration);
        }
    }

    private static Optional<String> add(RespConnection connection) {
        String reply = connection
                .call("XADD", "honest", "MAXLEN", "~", "1000", "*", "n", "1")
                .toString();
        return reply.matches("[0-9]+-[0-9]+") ? Optional.empty() : Optional.of("a good request is answered " + reply);
    }
}
