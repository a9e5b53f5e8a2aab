package io.sluice.it.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.fuzz.ListenerFuzz;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five seconds of what {@code bench/run fuzz} does for a minute; {@code -Dsluice.fuzz.seed} repeats a run. */
@Timeout(120)
final class HostileClientsTest {
    private static final double GROWTH_LIMIT_MIB = 150;

    @Test
    void hostileBytesHurtNobodyElse(@TempDir Path folder) throws ExecutionException, InterruptedException {
        long seed = Long.getLong("sluice.fuzz.seed", ThreadLocalRandom.current().nextLong());
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of())) {
            try (Admin admin =
                    Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.kafkaAddress()))) {
                admin.createTopics(List.of(new NewTopic("fuzz", 4, (short) 1)))
                        .all()
                        .get();
            }
            ListenerFuzz.Outcome outcome = ListenerFuzz.run(broker, "fuzz", seed, Duration.ofSeconds(5));
            assertThat(outcome.complaint()).as("seed %d", seed).isEmpty();
            assertThat(outcome.sequences()).as("seed %d", seed).isPositive();
            assertThat(outcome.honestAnswers()).as("seed %d", seed).isPositive();
            assertThat(outcome.grownMib()).as("seed %d", seed).isLessThan(GROWTH_LIMIT_MIB);
        }
    }
}
