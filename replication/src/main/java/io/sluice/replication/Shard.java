package io.sluice.replication;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.StateMachine;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One journal, its partitions and its state machines. All methods may be called by any thread. */
public final class Shard implements CommandRunner {
    private Shard() {}

    /** Its number on this node: 0 metadata, 1 fsync, 2 os, 3 memory. */
    public int id() {
        return 0;
    }

    /** What its appends promise. */
    public Durability durability() {
        return Durability.FSYNC;
    }

    /** The partition, or null if it is not open here. */
    public @Nullable PartitionReplica partition(TopicId topicId, int partition) {
        return null;
    }

    /** Whether the queue has room; a protocol that finds none stops reading and waits for {@link #whenRoom}. */
    public boolean hasRoom() {
        return true;
    }

    /** Runs the task once there is room, at once if there is; on the journal thread or the caller's: it hands over only. */
    public void whenRoom(Runnable task) {}

    /**
     * Appends one validated batch. Its bytes are copied before this returns. Appends of one thread commit in its order.
     * The answer comes on {@code executor}, all answers of an entry for one executor as one task.
     */
    public void append(PartitionReplica partition, ByteBuffer batch, Executor executor, AppendCallback callback) {}

    /** Journals a change of the partition table; completes when it is applied, on the apply thread. */
    public CompletableFuture<ErrorCode> propose(ControlEntry entry) {
        throw new IllegalStateException();
    }

    @Override
    public <M extends StateMachine> void submit(M machine, Command<M> command) {}

    /** The shard clock in milliseconds: never falls, rises only while the shard has a leader. */
    public long timeMs() {
        return 0;
    }
}
