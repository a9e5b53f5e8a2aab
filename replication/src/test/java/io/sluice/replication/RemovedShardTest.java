package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node keeps a shard no longer. */
@Timeout(120)
class RemovedShardTest {
    private static final TopicId TOPIC = new TopicId(3, 4);

    private final LoneNode node = new LoneNode();

    @AfterEach
    void close() {
        node.close();
    }

    private PartitionReplica add() {
        Shard shard = node.add();
        ControlEntry open = new ControlEntry.Open(TOPIC, 1, 0, 1, 0, 0, new SegmentSettings(64 << 10, 1_000_000, 4096));
        assertThat(shard.propose(open).join()).isEqualTo(ErrorCode.NONE);
        PartitionReplica replica = shard.partition(TOPIC, 0);
        assertThat(replica).isNotNull();
        return replica;
    }

    private static void append(PartitionReplica replica, String value) {
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        replica.shard()
                .append(replica, Batches.of(value), Runnable::run, (error, base, start) -> answer.complete(error));
        assertThat(answer.join()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void itAndItsFilesAreGoneAndItMayComeAgainEmpty() {
        PartitionReplica before = add();
        append(before, "of the first life");
        node.replication().checkpoint(LoneNode.ADDED);

        node.replication().removeShard(LoneNode.ADDED);
        node.replication().removeShard(LoneNode.ADDED);

        assertThat(node.replication().isOpen(LoneNode.ADDED)).isFalse();
        assertThat(before.isDropped()).isTrue();
        assertThat(node.disk().list(LoneNode.DIRECTORY)).noneMatch(name -> name.contains("shard-4"));
        PartitionReplica after = add();
        assertThat(after.endOffset()).isZero();
        append(after, "of the second life");
        assertThat(Batches.readAll(after)).containsExactly("of the second life");
    }

    @Test
    void whatACrashLeftOfItIsDeletedAtTheNextStart() {
        append(add(), "a value");
        node.replication().stop();
        node.disk().rename(LoneNode.DIRECTORY.resolve("shard-4"), LoneNode.DIRECTORY.resolve("removed-shard-4"));
        node.disk().syncDirectory(LoneNode.DIRECTORY);
        node.losePower();

        node.start();

        assertThat(node.disk().list(LoneNode.DIRECTORY)).noneMatch(name -> name.contains("shard-4"));
        assertThat(node.replication().isOpen(0)).isTrue();
    }

    @Test
    void whatAFailedAttemptLeftOfItIsNotInTheWay() {
        Path left = LoneNode.DIRECTORY.resolve("removed-shard-4");
        node.disk().createDirectories(left);
        node.disk().create(left.resolve("checkpoint")).close();
        append(add(), "a value");

        node.replication().removeShard(LoneNode.ADDED);

        assertThat(node.disk().list(LoneNode.DIRECTORY)).noneMatch(name -> name.contains("shard-4"));
    }

    /** Who found it a moment before must not wait for ever, and nothing of the node with him. */
    @Test
    void whoeverStillAsksForItIsAnswered() {
        PartitionReplica replica = add();
        append(replica, "a value");
        Shard shard = replica.shard();

        node.replication().removeShard(LoneNode.ADDED);

        CompletableFuture<ErrorCode> refused = new CompletableFuture<>();
        shard.submit(new CountingMachine(), new Command<>() {
            @Override
            public void decide(CountingMachine machine, Decision decision, long nowMs) {
                throw new AssertionError("nobody decides here");
            }

            @Override
            public void refused(ErrorCode reason) {
                refused.complete(reason);
            }
        });
        assertThat(refused).isCompletedWithValue(ErrorCode.NOT_COORDINATOR);
        assertThat(replica.activeProducers()).isCompletedWithValue(List.of());
        assertThat(shard.checkpointer().hold()).isEmpty();
        assertThat(node.replication().checkpoint(0)).isTrue();
    }

    private long sharedBytes() {
        List<Double> found = new ArrayList<>();
        node.replication().collect(metric -> {
            if (metric.name().equals("sluice_shared_buffer_bytes")) {
                found.add(metric.value());
            }
        });
        return found.getFirst().longValue();
    }

    @Test
    void itsMemoryGoesBack() {
        NodesUnderTest.await("the metadata is led", node.replication().shard(0)::isLeading);
        long before = sharedBytes();
        PartitionReplica replica = add();
        for (int i = 0; i < 20; i++) {
            append(replica, "x".repeat(10_000));
        }
        assertThat(sharedBytes()).isGreaterThan(before);

        node.replication().removeShard(LoneNode.ADDED);

        assertThat(sharedBytes()).isEqualTo(before);
    }

    @Test
    void whatEveryNodeHasIsNotRemoved() {
        assertThatThrownBy(() -> node.replication().removeShard(1)).isInstanceOf(IllegalArgumentException.class);
    }
}
