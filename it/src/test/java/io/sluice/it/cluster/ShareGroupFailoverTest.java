package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.delivery.RejectedRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A share group on three nodes goes on when a leader dies, and writes each dead letter once. */
@Timeout(480)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ShareGroupFailoverTest {
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 1_500;

    /** A client waits for a commit for a minute, by its default.api.timeout.ms. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private final ClusterProcesses cluster;

    ShareGroupFailoverTest(@TempDir Path folder) {
        cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3);
        cluster.createTopics(List.of("spread"), PARTITIONS);
    }

    @AfterAll
    void endCluster() {
        cluster.close();
    }

    @Test
    void eachRejectedRecordHasOneDeadLetterAlthoughALeaderDies() {
        RejectedRecords work = new RejectedRecords(cluster.addresses(), PARTITIONS, RECORDS, PATIENCE);
        outlives(work, work.topic());
    }

    /** One partition takes the letters of three, so most of them come from other nodes. */
    @Test
    void lettersReachATopicThatAnotherNodeLeadsOnceEachAlthoughItDies() {
        String letters = "graveyard";
        outlives(new RejectedRecords(cluster.addresses(), PARTITIONS, RECORDS, PATIENCE).into(letters), letters);
    }

    /** The leader of the topic's first partition dies amid the work, and comes back. */
    private void outlives(RejectedRecords work, String topic) {
        work.start();
        work.awaitConfirmed(RECORDS / 4);
        BrokerProcess leader = cluster.node(cluster.leader(topic, 0).orElseThrow());
        leader.kill9();
        try {
            work.awaitConfirmed(RECORDS / 2);
        } finally {
            leader.restart();
        }
        assertThat(work.finish()).isEmpty();
    }
}
