package io.sluice.server.node;

import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.Topic;
import io.sluice.common.TopicId;
import io.sluice.log.DamagedRange;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.PartitionRepair;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** One partition of a data directory that no broker serves, for repair. Used by one thread. */
public final class OfflinePartition implements AutoCloseable {
    private final Optional<PartitionRepair> repair;

    private OfflinePartition(Optional<PartitionRepair> repair) {
        this.repair = repair;
    }

    /**
     * Opens the directory as a start does and stops again without a listener, so that everything is in a checkpoint; then
     * opens the partition. Throws {@link StartException}.
     */
    public static OfflinePartition open(Settings settings, String topic, int partition) {
        TopicId id = OfflineDirectory.with(settings, broker -> topicId(broker, topic, partition));
        Path directory = settings.get(SluiceSettings.DATA_DIR).toAbsolutePath().normalize();
        return new OfflinePartition(DataDirectoryFailure.explained(
                directory, () -> PartitionRepair.open(new RealDisk(), directory, new SecureRandom(), id, partition)));
    }

    private static TopicId topicId(LocalBroker broker, String name, int partition) {
        Topic topic = broker.topics()
                .find(name)
                .orElseThrow(() -> new StartException(
                        ExitCode.USAGE,
                        "there is no topic " + name + "; the topics are: "
                                + String.join(
                                        ", ",
                                        broker.topics().all().stream()
                                                .map(Topic::name)
                                                .toList()),
                        null));
        if (partition >= topic.partitionCount()) {
            throw new StartException(
                    ExitCode.USAGE, "topic " + name + " has the partitions 0 to " + (topic.partitionCount() - 1), null);
        }
        return topic.id();
    }

    /** Its damaged ranges; reads the whole partition. */
    public List<DamagedRange> damage() {
        return repair.map(PartitionRepair::damage).orElse(List.of());
    }

    /** Makes them gaps; durable on return. */
    public void acceptLoss() {
        repair.ifPresent(PartitionRepair::acceptLoss);
    }

    @Override
    public void close() {
        repair.ifPresent(PartitionRepair::close);
    }
}
