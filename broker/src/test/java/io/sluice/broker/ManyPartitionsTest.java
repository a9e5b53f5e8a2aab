package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Topic;
import io.sluice.common.SystemClock;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.ReplicationSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An empty partition costs next to nothing, before and after a restart. */
final class ManyPartitionsTest {
    private static final int PARTITIONS = 100_000;
    private static final long HEAP_BYTES_EACH_MAX = 1024;

    @TempDir
    Path folder;

    private LocalBroker open() {
        return LocalBroker.open(
                BrokerSettings.DEFAULT,
                ReplicationSettings.defaults(folder),
                new RealDisk(),
                new SystemClock(),
                new Random(1),
                Thread.ofPlatform().daemon().factory());
    }

    @Test
    void aHundredThousandEmptyPartitionsCostAtMostAKibibyteOfHeapEach() {
        LocalBroker broker = open();
        long before = usedHeapBytes();
        Topic topic = broker.topics()
                .create(new NewTopic("wide", PARTITIONS, 1, Map.of()), false)
                .join()
                .get();
        assertThat(topic.partitionCount()).isEqualTo(PARTITIONS);
        long bytesEach = (usedHeapBytes() - before) / PARTITIONS;
        assertThat(bytesEach).as("heap bytes of an empty partition").isLessThanOrEqualTo(HEAP_BYTES_EACH_MAX);
        broker.stop();
        long stopped = usedHeapBytes();

        LocalBroker again = open();
        assertThat(again.topics().find("wide")).isPresent();
        long bytesEachAgain = (usedHeapBytes() - stopped) / PARTITIONS;
        assertThat(bytesEachAgain).as("after a restart").isLessThanOrEqualTo(HEAP_BYTES_EACH_MAX);
        System.getLogger(ManyPartitionsTest.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        "heap bytes of an empty partition: " + bytesEach + ", " + bytesEachAgain);
        again.stop();
    }

    private static long usedHeapBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
