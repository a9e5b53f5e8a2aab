package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shard whose journal some nodes have lost: their checkpoints and segments stay, and the others have the rest. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class QuarantinedShardTest {
    private static void awaitEnd(NodesUnderTest nodes, int nodeId) {
        NodesUnderTest.await(
                "its quarantine is over",
                () -> nodes.node(nodeId).shard().quarantine().isEmpty());
        assertThat(nodes.node(nodeId).metric("sluice_shard_quarantined")).isZero();
        assertThat(nodes.keptBy(nodeId)).contains("journal.damaged-1").doesNotContain("quarantine");
    }

    private static void killInTurn(NodesUnderTest nodes) {
        for (int killed : nodes.running()) {
            nodes.awaitLeader();
            nodes.kill(killed, true);
            nodes.append(0, 20);
            nodes.count(2);
            nodes.start(killed);
            nodes.awaitAgreement();
        }
    }

    @Test
    void itGoesOnBehindItsCheckpoint() {
        try (NodesUnderTest nodes = new NodesUnderTest(31, 3)) {
            nodes.append(0, 200);
            nodes.appendThrough(2);
            nodes.count(5);
            nodes.append(1, 50);
            nodes.awaitAgreement();
            int damaged = nodes.anyFollower().nodeId();
            nodes.kill(damaged, true);
            nodes.damageJournal(damaged);
            nodes.append(0, 50);

            nodes.start(damaged);
            nodes.append(0, 50);
            awaitEnd(nodes, damaged);

            nodes.awaitAgreement();
            killInTurn(nodes);
        }
    }

    /** What it lacks nobody keeps any more as entries. */
    @Test
    void itTakesTheCheckpointOfAnotherIfThereIsNothingElse() {
        try (NodesUnderTest nodes = new NodesUnderTest(32, 3)) {
            nodes.append(0, 200);
            nodes.append(1, 50);
            nodes.awaitAgreement();
            int damaged = nodes.anyFollower().nodeId();
            nodes.kill(damaged, false);
            nodes.damageJournal(damaged);
            nodes.append(0, 3_000);
            nodes.appendThrough(4);

            nodes.start(damaged);
            awaitEnd(nodes, damaged);

            nodes.awaitAgreement();
            assertThat(nodes.node(damaged).installed()).isTrue();
            killInTurn(nodes);
        }
    }

    /** Of five two may be damaged at once, and while they repair themselves the leader dies. */
    @Test
    void twoOfFiveRepairThemselvesAtOnce() {
        try (NodesUnderTest nodes = new NodesUnderTest(33, 5)) {
            nodes.append(0, 100);
            nodes.awaitAgreement();
            int leader = nodes.awaitLeader().nodeId();
            List<Integer> damaged =
                    nodes.running().stream().filter(id -> id != leader).limit(2).toList();
            damaged.forEach(id -> nodes.kill(id, true));
            damaged.forEach(nodes::damageJournal);
            nodes.append(1, 50);

            damaged.forEach(nodes::start);
            nodes.kill(leader, true);
            nodes.start(leader);
            damaged.forEach(id -> awaitEnd(nodes, id));

            nodes.awaitAgreement();
        }
    }
}
