package io.sluice.replication;

import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.journal.Journal;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.DecideRuntime;
import io.sluice.replication.runtime.StateMachine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One journal, its partitions and its state machines. All public methods may be called by any thread.
 *
 * <pre>
 *  append, propose, submit ─► EntryQueue ─► Journal ─► ApplyLoop ─► EntryApplier ─► tails, state machines, answers
 *                                                                          └─► SegmentWriter, Checkpointer
 * </pre>
 */
public final class Shard implements CommandRunner {
    private final ShardSpec spec;
    private final Clock clock;
    private final EntryQueue queue;
    private final TailMemory memory;
    private final PartitionTable table;
    private final DecideRuntime runtime;
    private final SegmentWriter segments;
    private final EntryApplier applier;
    private final ApplyLoop loop;
    private final Checkpointer checkpointer;
    private final ShardRecovery recovery;
    private final Journal journal;
    private final DamageRegister damage;
    private final FreeSpace space;
    private volatile long baseTimeMs;
    private volatile long baseNs;

    Shard(ShardSpec spec, NodeParts node, Path directory) {
        this.spec = spec;
        this.clock = node.clock();
        this.segments = node.segments();
        this.damage = node.damage();
        this.space = node.space();
        this.queue = new EntryQueue(node.pool(), node.settings().queueBytes(), this::timeMs);
        this.memory = new TailMemory(node.settings().tailBytes());
        this.table = new PartitionTable(this, node.disk(), node.openFiles(), directory.resolve("partitions"));
        this.runtime = new DecideRuntime(spec.machines(), queue::addEvents);
        this.applier = new EntryApplier(table, runtime, segments, memory, this::addObsolete);
        this.loop = new ApplyLoop(applier, runtime, queue, memory, segments, this::timeMs);
        this.recovery = new ShardRecovery(node, directory);
        this.journal = recovery.openJournal(spec);
        ShardParts parts = new ShardParts(table, runtime, applier, loop, segments, journal, queue, memory);
        this.checkpointer = new Checkpointer(parts, node, directory, recovery.snapshots());
        recovery.recover(parts, checkpointer);
    }

    private void addObsolete(PartitionReplica replica, List<Path> files) {
        checkpointer.addObsolete(replica, files);
    }

    /** Begins to lead; returns when the first entry of the term is applied. */
    void start(NodeParts node) {
        baseNs = clock.nanoTime();
        baseTimeMs = applier.timeMs();
        loop.start(node.threads(), spec.threadName() + "-apply");
        journal.start(queue, loop);
        queue.addMark();
        node.threads().await(loop.leading());
    }

    /** Its number on this node: 0 metadata, 1 fsync, 2 os, 3 memory. */
    public int id() {
        return spec.id();
    }

    /** What its appends promise. */
    public Durability durability() {
        return spec.durability();
    }

    /** Term of its leader; rises at every unclean start and every election. */
    public long term() {
        return journal.term();
    }

    /** The partition, or null if it is not open here. */
    public @Nullable PartitionReplica partition(TopicId topicId, int partition) {
        return table.find(topicId, partition);
    }

    /** When segments of the topic end, empty if it is not open here. */
    public Optional<SegmentSettings> segments(TopicId topicId) {
        return table.segments(topicId);
    }

    /** Whether the queue has room; a protocol that finds none stops reading and waits for {@link #whenRoom}. */
    public boolean hasRoom() {
        return queue.hasRoom();
    }

    /** Runs the task once there is room, at once if there is; on the apply thread or the caller's: it hands over only. */
    public void whenRoom(Runnable task) {
        queue.whenRoom(task);
    }

    /**
     * Appends one validated batch. Its bytes are copied before this returns. Appends of one thread commit in its order.
     * The answer comes on {@code executor}, all answers of a round for one executor as one task.
     */
    public void append(PartitionReplica partition, ByteBuffer batch, Executor executor, AppendCallback callback) {
        if (segments.isDiskFull() || !space.take(batch.remaining())) {
            executor.execute(() -> callback.completed(ErrorCode.STORAGE_ERROR, -1, partition.startOffset()));
        } else if (!queue.append(partition, batch, executor, callback)) {
            executor.execute(() -> callback.completed(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1, partition.startOffset()));
        }
    }

    /** Journals a change of the partition table; completes when it is applied, on the apply thread. */
    public CompletableFuture<ErrorCode> propose(ControlEntry entry) {
        CompletableFuture<ErrorCode> future = new CompletableFuture<>();
        if (!queue.addControl(entry, future)) {
            future.complete(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        return future;
    }

    @Override
    public <M extends StateMachine> void submit(M machine, Command<M> command) {
        loop.execute(() -> runtime.enqueue(machine, command));
    }

    /** The shard clock in milliseconds: never falls, rises only while the shard has a leader. */
    public long timeMs() {
        return baseTimeMs + (clock.nanoTime() - baseNs) / 1_000_000;
    }

    /** Index of the last entry that is applied here. */
    public long appliedIndex() {
        return loop.appliedIndex();
    }

    /** Answers on the apply thread, between two entries. */
    <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(question.get()));
        return answer;
    }

    List<ActiveProducer> onWallClock(List<ActiveProducer> producers) {
        long shardToWallMs = clock.wallMs() - timeMs();
        return producers.stream()
                .map(each -> new ActiveProducer(
                        each.producerId(), each.epoch(), each.lastSequence(), each.lastTimestampMs() + shardToWallMs))
                .toList();
    }

    boolean wasUnclean() {
        return recovery.wasUnclean();
    }

    DamageRegister damage() {
        return damage;
    }

    PartitionTable table() {
        return table;
    }

    Checkpointer checkpointer() {
        return checkpointer;
    }

    Journal journal() {
        return journal;
    }

    ApplyLoop loop() {
        return loop;
    }

    TailMemory memory() {
        return memory;
    }

    long queuedBytes() {
        return queue.queuedBytes();
    }

    /** Finishes what is queued and stops its threads; the last checkpoint is the caller's between the two steps. */
    void drain(NodeThreads threads) {
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        loop.execute(() -> {
            runtime.leaderStopped(ErrorCode.NOT_COORDINATOR);
            stopped.complete(true);
        });
        threads.await(stopped);
        queue.close();
        CompletableFuture<Boolean> drained = new CompletableFuture<>();
        queue.whenEmpty(() -> drained.complete(true));
        threads.await(drained);
    }

    /** Ends threads and closes the journal. */
    void stop(boolean cleanly) throws InterruptedException {
        journal.stop(cleanly);
        loop.stop();
    }
}
