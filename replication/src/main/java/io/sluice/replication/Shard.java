package io.sluice.replication;

import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.Packs;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.GroupJournal;
import io.sluice.replication.journal.Journal;
import io.sluice.replication.journal.Quarantine;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
    private static final long HAND_OVER_MS = 1_000;

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
    private final InstallBytes installBytes;
    private final ShardRecovery recovery;
    private final Journal journal;
    private final DamageRegister damage;
    private final FreeSpace space;
    private final ShardRole role;
    private final Optional<GroupJournal> group;
    private final int nodeId;
    private EpochHistory commonEpochs = EpochHistory.EMPTY;

    Shard(ShardSpec spec, NodeParts node, Path directory) {
        this.spec = spec;
        this.clock = node.clock();
        this.segments = node.segments();
        this.damage = node.damage();
        this.space = node.space();
        this.nodeId = node.nodeId();
        this.queue = new EntryQueue(node.pool(), node.settings().queueBytes(), this::timeMs);
        this.memory = new TailMemory(node.tails()::shardBytes);
        Path partitions = DataDirectory.partitions(directory);
        Packs packs = new Packs(
                node.disk(), node.openFiles(), partitions, node.settings().packedBytesMax());
        this.table = new PartitionTable(this, packs, partitions, spec.sameIds());
        this.runtime = new DecideRuntime(spec.machines(), queue::addEvents);
        this.applier = new EntryApplier(table, runtime, segments, memory, this::addObsolete);
        this.role = new ShardRole(nodeId, clock, table, runtime, queue, applier);
        this.loop = new ApplyLoop(applier, runtime, queue, memory, segments, this::timeMs);
        this.recovery = new ShardRecovery(node, directory);
        Optional<CheckpointInstall> install = node.member().map(member -> new CheckpointInstall(node, spec, directory));
        this.installBytes = install.map(CheckpointInstall::bytes).orElseGet(InstallBytes::new);
        this.journal = recovery.openJournal(
                spec, install.<CheckpointTransfer>map(made -> made).orElse(CheckpointTransfer.NONE));
        this.group = journal instanceof GroupJournal kept ? Optional.of(kept) : Optional.empty();
        ShardParts parts = new ShardParts(table, runtime, applier, loop, segments, journal, queue, memory);
        this.checkpointer = new Checkpointer(parts, node, directory, recovery.snapshots());
        install.ifPresent(
                made -> made.attach(new CheckpointInstall.Target(parts, checkpointer, recovery.snapshots(), role)));
        recovery.recover(parts, checkpointer);
    }

    private void addObsolete(PartitionReplica replica, List<Path> files) {
        checkpointer.addObsolete(replica, files);
    }

    /** Begins to lead, and returns when the first entry of the term is applied; in a cluster the others are not waited for. */
    void start(NodeParts node) {
        loop.elect(role, group.isEmpty());
        loop.commitHere(journal::commitHere);
        loop.mayRunAnywhere(journal::commitsWithoutWaiting);
        if (group.isPresent()) {
            role.joinGroup(loop.appliedTerm());
        } else {
            role.standAlone(journal.term());
        }
        loop.start(node.threads(), spec.threadName() + "-apply");
        recovery.start(journal, queue, loop);
        if (group.isEmpty()) {
            queue.addMark();
            node.threads().await(loop.leading());
        }
    }

    /** Its number on this node: 0 metadata, 1 fsync, 2 os, 3 memory. */
    public int id() {
        return spec.id();
    }

    /** What its appends promise. */
    public Durability durability() {
        return spec.durability();
    }

    /** Newest known term of a leader; rises at every unclean start and every election. */
    public long term() {
        return Math.max(role.leadership().term(), loop.appliedTerm());
    }

    /** Who leads. */
    public Leadership leadership() {
        return role.leadership();
    }

    /** Whether this node does, so that appends, control entries and commands are taken here. */
    public boolean isLeading() {
        return role.leadership().isHere();
    }

    /** Tells the listener on the apply thread who leads, now and whenever that changes: it hands over only. */
    public void onLeadership(Consumer<Leadership> listener) {
        loop.execute(() -> role.listen(listener));
    }

    /**
     * Completes it with true once this node does not lead, at once if it does not; on the apply thread. Whoever does not want to
     * wait for ever completes it otherwise, and nothing of it stays here.
     */
    public void onceNotLeading(CompletableFuture<Boolean> gone) {
        Consumer<Leadership> listener = now -> {
            if (!now.isHere()) {
                gone.complete(true);
            }
        };
        onLeadership(listener);
        var unused = gone.whenComplete((isGone, failure) -> loop.execute(() -> role.forget(listener)));
    }

    /** Node ids of those whose majority decides, as this node knows them; this node where it stands alone. */
    public List<Integer> members() {
        return group.map(GroupJournal::voters).orElseGet(() -> List.of(nodeId));
    }

    /**
     * Makes these nodes the members; asked where it leads. Completes empty once that is committed, else with what stood in
     * the way; then it may still become true.
     */
    public CompletableFuture<Optional<String>> changeMembers(List<Integer> nodeIds) {
        return group.map(kept -> kept.changeMembers(nodeIds))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.of("this node is not part of a cluster")));
    }

    /** Hands the leadership to a member that keeps up; whether that has begun. Asked where it leads. */
    public boolean handLeadershipTo(int otherNodeId) {
        return group.isPresent() && group.get().handLeadershipTo(otherNodeId);
    }

    /**
     * Completes with true once everything that was committed on any node before this call is applied here and can be seen; with
     * false if nobody can say how far that is. On a thread that must not be kept.
     */
    public CompletableFuture<Boolean> catchUp() {
        return group.map(GroupJournal::catchUp)
                .orElseGet(() -> CompletableFuture.completedFuture(true))
                .thenCompose(isHandedOver -> ask(() -> isHandedOver))
                // What a round applies can be seen when it ends.
                .thenCompose(isApplied -> ask(() -> isApplied));
    }

    /** How the repair goes where this node's journal of the shard was lost; empty where it counts like any other. */
    public Optional<Quarantine> quarantine() {
        return group.flatMap(GroupJournal::quarantine);
    }

    /** The partition, or null if it is not open here. */
    public @Nullable PartitionReplica partition(TopicId topicId, int partition) {
        PartitionReplica replica = table.find(topicId, partition);
        return replica == null || !replica.residence().isVisible() ? null : replica;
    }

    /** Whether there is something in the partition's place, be it a copy that nobody sees yet, or a note that it left. */
    public boolean hasPlaceOf(TopicId topicId, int partition) {
        return table.find(topicId, partition) != null;
    }

    /** The partition, or the copy of it that the move makes here; null if there is neither. */
    public @Nullable PartitionReplica partitionOf(long move, TopicId topicId, int partition) {
        PartitionReplica replica = table.find(topicId, partition);
        return replica != null && (replica.residence().isVisible() || replica.arrivingBy() == move) ? replica : null;
    }

    /** Whether a copy of the partition grows here that nobody sees yet. */
    public boolean isArriving(TopicId topicId, int partition) {
        PartitionReplica replica = table.find(topicId, partition);
        return replica != null && replica.arrivingBy() != 0;
    }

    /** Partitions that are sealed here, or arriving; looks at all of them. */
    public List<PartitionReplica> moving() {
        return table.moving();
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
        if (!partition.isLeading()) {
            executor.execute(() -> callback.completed(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1, partition.startOffset()));
        } else if (segments.isDiskFull() || !space.take(batch.remaining())) {
            executor.execute(() -> callback.completed(ErrorCode.STORAGE_ERROR, -1, partition.startOffset()));
        } else if (!queue.append(partition, batch, executor, callback)) {
            executor.execute(() -> callback.completed(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1, partition.startOffset()));
        }
    }

    /**
     * Adds a batch to a copy that arrives, with the offset and the leader epoch that it has; position 0 to limit, checked by the
     * caller. OFFSET_OUT_OF_RANGE if it is not the next one. Its bytes are copied before this returns.
     */
    public void importBatch(PartitionReplica copy, ByteBuffer batch, Executor executor, AppendCallback callback) {
        if (segments.isDiskFull() || !space.take(batch.remaining())) {
            executor.execute(() -> callback.completed(ErrorCode.STORAGE_ERROR, -1, copy.startOffset()));
        } else if (!queue.importBatch(copy, batch, executor, callback)) {
            executor.execute(() -> callback.completed(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1, copy.startOffset()));
        }
    }

    /** Whether the disk has room for so many bytes of records that a state machine will attach; it must ask before. Any thread. */
    public boolean takeSpace(int lengthBytes) {
        return !segments.isDiskFull() && space.take(lengthBytes);
    }

    /**
     * Journals a change of the partition table; completes when it is applied, on the apply thread. NOT_LEADER_OR_FOLLOWER
     * where this node does not lead, or ceased to before it was known: then it may still become true.
     */
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

    /**
     * Queues commands of many callers, in order: waking the apply thread for each would cost more than deciding it. Where
     * nothing is synced they may be decided, committed and answered on the calling thread, which must hold no lock.
     */
    public <M extends StateMachine> void submitAll(M machine, List<? extends Command<M>> commands) {
        loop.executeHere(() -> commands.forEach(command -> runtime.enqueue(machine, command)));
    }

    /** Makes the machine's state anew from a snapshot of it, as a start does, and tells when that is done; any thread. */
    public CompletableFuture<Boolean> reload(StateMachine machine) {
        return loop.askBetweenEntries(() -> {
            runtime.reload(machine);
            return true;
        });
    }

    /**
     * On the apply thread: runs the answer on the executor, as one task with all others that this round has for it, those of
     * {@link #append} too.
     */
    public void answer(Executor executor, Runnable answer) {
        applier.answer(executor, answer);
    }

    @Override
    public void submitTogether(List<Submitted<?>> commands) {
        loop.execute(() -> commands.forEach(each -> each.to(runtime)));
    }

    /** The shard clock in milliseconds: never falls, rises only while the shard has a leader. */
    public long timeMs() {
        return role.timeMs();
    }

    /** Index of the last entry that is applied here. */
    public long appliedIndex() {
        return loop.appliedIndex();
    }

    /**
     * Index of the entry that is being applied here, or was last: what a command's answer tells is in it or before it, while
     * {@link #appliedIndex} does not count it yet.
     */
    public long reachedIndex() {
        return loop.reachedIndex();
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

    /** Apply thread: the history of a partition whose only epoch began there; one for the many that are alike. */
    EpochHistory epochs(int epoch, long startOffset) {
        EpochHistory known = commonEpochs;
        if (known.latestEpoch() != epoch || known.startOffset(0) != startOffset) {
            known = EpochHistory.EMPTY.with(epoch, startOffset);
            commonEpochs = known;
        }
        return known;
    }

    Checkpointer checkpointer() {
        return checkpointer;
    }

    /** What installs of other nodes' checkpoints have brought here. */
    InstallBytes installBytes() {
        return installBytes;
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
        handLeadershipOver();
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        loop.execute(() -> {
            role.retire();
            stopped.complete(true);
        });
        threads.await(stopped);
        queue.close();
        CompletableFuture<Boolean> drained = new CompletableFuture<>();
        queue.whenEmpty(() -> drained.complete(true));
        threads.await(drained);
    }

    /** Ends with nobody to go on here: its partitions are gone for whoever still holds them. Its checkpoints have ended. */
    void abandon(NodeThreads threads) throws InterruptedException {
        CompletableFuture<Boolean> dropped = new CompletableFuture<>();
        loop.execute(() -> {
            role.retire();
            applier.dropEverything();
            dropped.complete(true);
        });
        threads.await(dropped);
        queue.close();
        journal.stop(false);
        // Behind the end of all that was under way: the node goes on, and wants its memory back.
        loop.execute(() -> memory.evictTo(0));
        loop.stop();
        CompletableFuture<Boolean> deleted = new CompletableFuture<>();
        segments.execute(() -> deleted.complete(true));
        threads.await(deleted);
    }

    /** To whichever member keeps up best, so that clients need not wait for an election. */
    private void handLeadershipOver() {
        CompletableFuture<Boolean> handedOver = new CompletableFuture<>();
        if (isLeading() && members().size() > 1 && handLeadershipTo(GroupJournal.ANY_MEMBER)) {
            onceNotLeading(handedOver);
            var unused = handedOver
                    .completeOnTimeout(false, HAND_OVER_MS, TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    /** Ends threads and closes the journal. */
    void stop(boolean cleanly) throws InterruptedException {
        journal.stop(cleanly);
        loop.stop();
    }
}
