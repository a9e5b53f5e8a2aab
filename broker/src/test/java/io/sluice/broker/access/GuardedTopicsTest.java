package io.sluice.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.BrokerSettings;
import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ResourceType;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GuardedTopicsTest {
    private static final Principal READER = Principal.user("reader");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"false, UNKNOWN_TOPIC_OR_PARTITION", "true, TOPIC_AUTHORIZATION_FAILED"})
    void whoMayOnlyReadAMissingTopicIsDeniedOnlyIfAskingWouldCreateIt(String autoCreates, ErrorCode error) {
        LocalBroker broker = open(autoCreates);
        try {
            AccessRule mayRead = new AccessRule(
                    ResourceType.TOPIC,
                    AccessRule.Pattern.LITERAL,
                    "orders",
                    READER,
                    AccessRule.ANY,
                    Operation.READ,
                    AccessRule.Permission.ALLOW);
            broker.accessRules().add(List.of(mayRead)).join();
            Broker view = broker.as(new Caller(READER, "127.0.0.1"));

            assertThat(view.topics().findOrAutoCreate("orders").join().error()).isEqualTo(error);
        } finally {
            broker.stop();
        }
    }

    private LocalBroker open(String autoCreates) {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        return LocalBroker.open(
                BrokerSettings.DEFAULT.with("sluice.authorizer", "on").with("auto.create.topics.enable", autoCreates),
                new ReplicationSettings(folder, journal, 4 << 20, 8 << 20, 16 << 20, 60_000, 64),
                new RealDisk(),
                new SimulatedClock(),
                new Random(1),
                Thread.ofPlatform().daemon().factory());
    }
}
