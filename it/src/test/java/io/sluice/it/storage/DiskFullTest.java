package io.sluice.it.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class DiskFullTest {
    private static final int DISK_MEBIBYTES = 96;
    private static final int FILLER_MEBIBYTES = 48;
    private static final int ROUND_RECORDS = 2_000;
    private static final String KIBIBYTE = "x".repeat(1_000);

    @TempDir
    Path folder = Path.of("");

    private final Map<Long, String> acknowledged = new TreeMap<>();

    @Test
    void appendsAreRefusedWhileTheDiskIsFullAndNothingAcknowledgedIsLost() throws IOException, InterruptedException {
        Optional<String> obstacle = SmallDisk.obstacle(folder.resolve("probe"));
        assumeTrue(obstacle.isEmpty(), obstacle::get);
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), DISK_MEBIBYTES)) {
            disk.fill(FILLER_MEBIBYTES);
            try (BrokerProcess broker =
                    BrokerProcess.start(BrokerCommand.ofBuild(), disk.folder().resolve("data"), Map.of())) {
                check(broker, disk);
            }
        }
    }

    private void check(BrokerProcess broker, SmallDisk disk) throws IOException, InterruptedException {
        Records impatient = new Records(broker.kafkaAddress(), "full", Duration.ofSeconds(3));
        int round = 0;
        while (writeRound(impatient, round) == ROUND_RECORDS
                || !broker.output().contains("disk space low, appends are refused")) {
            round++;
            assertThat(round).as("the disk fills up").isLessThan(2 * DISK_MEBIBYTES);
        }
        assertThat(disk.usableBytes()).as("the reserve").isPositive();
        Records records = new Records(broker.kafkaAddress(), "full");
        assertThat(records.readFrom(0)).as("reads go on").containsAllEntriesOf(acknowledged);

        disk.removeFiller();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> broker.output().contains("disk space is back"));
        assertThat(writeRound(records, round + 1)).isEqualTo(ROUND_RECORDS);
        assertThat(records.readFrom(0)).containsAllEntriesOf(acknowledged);

        broker.kill9();
        broker.restart();
        assertThat(records.readFrom(0)).containsAllEntriesOf(acknowledged);
    }

    /** Answers how many were acknowledged. */
    private int writeRound(Records records, int round) throws InterruptedException {
        List<String> values = new ArrayList<>();
        for (int number = 0; number < ROUND_RECORDS; number++) {
            values.add(round + "/" + number + " " + KIBIBYTE);
        }
        Map<Long, String> kept = records.write(values);
        acknowledged.putAll(kept);
        return kept.size();
    }
}
