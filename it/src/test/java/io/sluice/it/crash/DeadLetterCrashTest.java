package io.sluice.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.delivery.RejectedRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A share consumer accepts the even records and rejects the odd ones while its broker is killed again and again: each odd
 * record has one dead letter in the end, no even one has any, and what was confirmed never comes again.
 */
@Timeout(200)
final class DeadLetterCrashTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RECORDS = 2_000;
    private static final int KILLS = 2;

    @Test
    void eachRejectedRecordHasOneDeadLetterHoweverOftenTheBrokerIsKilled(@TempDir Path folder) {
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of())) {
            RejectedRecords work = new RejectedRecords(broker.kafkaAddress(), 1, RECORDS, PATIENCE);
            work.start();
            for (int kill = 1; kill <= KILLS; kill++) {
                work.awaitConfirmed(kill * RECORDS / (KILLS + 2));
                broker.kill9();
                broker.restart();
            }
            assertThat(work.finish()).isEmpty();
        }
    }
}
