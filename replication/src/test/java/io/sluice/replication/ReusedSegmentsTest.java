package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that was away for so long that it takes the state of another brings the segments along that it has. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ReusedSegmentsTest {
    private static final int SEGMENTS_MIN = 8;

    private static void assertReused(NodesUnderTest nodes, int nodeId, List<Long> segments) {
        assertThat(nodes.node(nodeId).installed()).isTrue();
        assertThat(nodes.node(nodeId).metric("sluice_shard_install_reused_bytes_total"))
                .isGreaterThanOrEqualTo(
                        segments.stream().mapToLong(Long::longValue).sum());
        assertThat(nodes.node(nodeId).metric("sluice_shard_install_fetched_bytes_total"))
                .isPositive();
    }

    private static List<Long> full(NodesUnderTest nodes, int nodeId) {
        List<Long> segments = nodes.fullSegments(nodeId, 0);
        assertThat(segments).hasSizeGreaterThan(SEGMENTS_MIN);
        return segments;
    }

    private static void assertReusedByOneThatWasAway(NodesUnderTest nodes) {
        int away = nodes.anyFollower().nodeId();
        nodes.stop(away);
        List<Long> segments = full(nodes, away);
        nodes.appendThrough(8);

        nodes.start(away);
        nodes.awaitAgreement();

        assertReused(nodes, away, segments);
    }

    @Test
    void whatItHasIsNotFetched() {
        try (NodesUnderTest nodes = new NodesUnderTest(41, 3)) {
            nodes.append(0, 3_000);
            assertReusedByOneThatWasAway(nodes);
        }
    }

    /** A list of CRCs is made of what is written in one run. */
    @Test
    void whatWasBegunBeforeARestartIsNotFetchedEither() {
        try (NodesUnderTest nodes = new NodesUnderTest(44, 3)) {
            nodes.append(0, 1_000);
            for (int each : nodes.running()) {
                nodes.stop(each);
                nodes.start(each);
                nodes.awaitAgreement();
            }
            nodes.append(0, 2_000);
            assertReusedByOneThatWasAway(nodes);
        }
    }

    /** It would be read from then on, and the list of its CRCs says that it is good. */
    @Test
    void whatIsDamagedIsFetched() {
        try (NodesUnderTest nodes = new NodesUnderTest(42, 3)) {
            nodes.append(0, 3_000);
            int away = nodes.anyFollower().nodeId();
            nodes.stopAndDamage(away, 1_000);
            List<Long> segments = full(nodes, away);
            nodes.appendThrough(8);

            nodes.start(away);
            nodes.awaitAgreement();

            assertReused(nodes, away, segments.subList(1, segments.size()));
        }
    }

    /** What it had is as good as it was; all of it is looked at. */
    @Test
    void whatItHasIsNotFetchedWhenItsJournalIsLost() {
        try (NodesUnderTest nodes = new NodesUnderTest(43, 3)) {
            nodes.append(0, 3_000);
            nodes.awaitAgreement();
            int damaged = nodes.anyFollower().nodeId();
            nodes.kill(damaged, true);
            nodes.damageJournal(damaged);
            nodes.append(1, 500);
            nodes.appendThrough(8);

            nodes.start(damaged);
            NodesUnderTest.await(
                    "its quarantine is over",
                    () -> nodes.node(damaged).shard().quarantine().isEmpty());
            nodes.awaitAgreement();

            assertThat(nodes.node(damaged).installed()).isTrue();
            assertThat(nodes.node(damaged).metric("sluice_shard_install_reused_bytes_total"))
                    .isPositive();
        }
    }
}
