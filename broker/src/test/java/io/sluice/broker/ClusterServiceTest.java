package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.ClusterService.Feature;
import io.sluice.broker.api.ClusterService.LogDirectory;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster of one node: what changes nothing is done, the rest is refused with Kafka's errors. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterServiceTest {
    private final Path folder;
    private final LocalBroker broker;

    ClusterServiceTest(@TempDir Path folder) {
        this.folder = folder;
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        broker = LocalBroker.open(
                BrokerSettings.DEFAULT,
                new ReplicationSettings(folder, journal, 4 << 20, 8 << 20, 16 << 20, 60_000, 64),
                new RealDisk(),
                new SimulatedClock(),
                new Random(7),
                Thread.ofPlatform().daemon().factory());
        broker.topics()
                .create(new NewTopic("orders", 2, 1, Map.of()), false)
                .join()
                .get();
    }

    @AfterAll
    void stop() {
        broker.stop();
    }

    @Test
    void theNodeDecidesAlone() {
        var quorum = broker.cluster().quorum().join().get();

        assertThat(quorum.leaderId()).isEqualTo(1);
        assertThat(quorum.voters()).containsExactly(new ClusterService.Voter(1, quorum.highWatermark()));
        assertThat(quorum.highWatermark()).isPositive();
    }

    @Test
    void theDataDirectoryHasItsSizeAndRoom() {
        LogDirectory directory = broker.cluster().logDirectories().get().getFirst();

        assertThat(Path.of(directory.path())).isEqualTo(folder.toAbsolutePath().normalize());
        assertThat(directory.usableBytes()).isPositive().isLessThanOrEqualTo(directory.totalBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "orders, 1, ELECTION_NOT_NEEDED",
        "orders, 2, UNKNOWN_TOPIC_OR_PARTITION",
        "orders, -1, UNKNOWN_TOPIC_OR_PARTITION",
        "none, 0, UNKNOWN_TOPIC_OR_PARTITION"
    })
    void everyPartitionHasTheLeaderItShouldHave(String topic, int partition, ErrorCode error) {
        assertThat(broker.cluster().electLeader(topic, partition, false).join().error())
                .isEqualTo(error);
    }

    @Test
    void theOnlyNodeCannotBeTakenOut() {
        assertThat(broker.cluster().removeNode(1).join().error()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(broker.cluster().removeNode(7).join().message())
                .isEqualTo("Broker ID 7 is not currently registered");
    }

    @Test
    void onlyTheMoveToWhereAPartitionIsIsDone() {
        assertThat(reassign("orders", 0, List.of(1)).isOk()).isTrue();
        assertThat(reassign("orders", 0, List.of(2)).message())
                .isEqualTo("The manual partition assignment includes broker 2, but no such broker is registered.");
        assertThat(reassign("orders", 0, List.of(1, 1)).message())
                .isEqualTo("The manual partition assignment includes the broker 1 more than once.");
        assertThat(reassign("orders", 0, List.of()).error()).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(reassign("orders", 2, List.of(1)).message()).isEqualTo("Unable to find partition orders:2.");
        assertThat(broker.cluster()
                        .reassign("orders", 0, Optional.empty(), true)
                        .join()
                        .error())
                .isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
        assertThat(broker.cluster().reassignments().get()).isEmpty();
    }

    private Result<List<Integer>> reassign(String topic, int partition, List<Integer> nodes) {
        return broker.cluster()
                .reassign(topic, partition, Optional.of(nodes), true)
                .join();
    }

    @ParameterizedTest
    @CsvSource({
        "metadata.version, 30, false, NONE",
        "metadata.version, 29, false, INVALID_UPDATE_VERSION",
        "metadata.version, 29, true, INVALID_UPDATE_VERSION",
        "metadata.version, 31, false, INVALID_UPDATE_VERSION",
        "group.version, 1, false, NONE",
        "group.version, 0, true, INVALID_UPDATE_VERSION",
        "share.version, 1, false, NONE",
        "share.version, 0, true, INVALID_UPDATE_VERSION",
        "streams.version, 1, false, INVALID_UPDATE_VERSION",
        "metadata.version, -1, false, INVALID_UPDATE_VERSION"
    })
    void featuresStayAtTheirLevel(String name, int level, boolean mayDowngrade, ErrorCode error) {
        Result<Feature> checked = broker.cluster().checkFeature(name, level, mayDowngrade);

        assertThat(checked.error()).isEqualTo(error);
        assertThat(broker.cluster().features()).allMatch(feature -> feature.level() == feature.levelMax());
    }
}
