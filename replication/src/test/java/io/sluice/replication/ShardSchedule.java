package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SharedBuffer;
import io.sluice.common.SimulatedClock;
import io.sluice.common.TopicId;
import io.sluice.log.ReadSink;
import io.sluice.log.SegmentFile;
import io.sluice.log.SegmentSettings;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.JournalListener;
import io.sluice.replication.journal.SimJournal;
import io.sluice.replication.journal.Submission;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One seed's story: lives of a shard over a hostile journal, held against the naive reference all the time. */
final class ShardSchedule {
    private static final int LIVES = 3;
    private static final ReferenceShard.Outcome OLD_REPEAT =
            new ReferenceShard.Outcome(ErrorCode.DUPLICATE_SEQUENCE_NUMBER, -1);

    /** So an old repeat is judged when how far back repeats reach was forgotten in a crash. */
    private static final ReferenceShard.Outcome OUT_OF_ORDER =
            new ReferenceShard.Outcome(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1);

    /** So is what is out of order when it was forgotten in a crash that it had been asked for. */
    private static final ReferenceShard.Outcome ASKED_FOR =
            new ReferenceShard.Outcome(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1);

    private static final int STEPS = 120;
    private static final int TOPICS = 3;
    private static final int PARTITIONS = 3;
    private static final int PRODUCERS = 3;

    private final SplittableRandom random;
    private final SimulatedClock clock = new SimulatedClock();
    private final SimJournal journal;
    private final ReferenceShard reference = new ReferenceShard();
    private final Map<Object, ReferenceShard.Outcome> expected = new IdentityHashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<Ask> asks = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private final ArrayDeque<HoldingSink> held = new ArrayDeque<>();
    private final int[] nextSequences = new int[PRODUCERS];
    private final long[] generations = new long[TOPICS];
    private final short[] epochs = new short[PRODUCERS];
    private long seenIndex;
    private boolean hasCrashed;
    private long version;
    private long move = 1;
    private SimulatedDisk disk;
    private ShardUnderTest shard;
    private ShardUnderTest.Checkpoint checkpoint = ShardUnderTest.Checkpoint.NONE;
    private int appended;
    private int replayedEntries;

    ShardSchedule(long seed) {
        random = new SplittableRandom(seed);
        journal = new SimJournal(random.split());
        disk = new SimulatedDisk(random.split());
        shard = newShard();
    }

    /** Appends that got an offset. */
    int appended() {
        return appended;
    }

    /** Entries that were recovered from the journal. */
    int replayed() {
        return replayedEntries;
    }

    private ShardUnderTest newShard() {
        return new ShardUnderTest(disk, clock, ShardUnderTest.CHUNK_BYTES * (2L + random.nextInt(6)));
    }

    void run() throws InterruptedException {
        for (int life = 0; life < LIVES; life++) {
            begin();
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            if (life < LIVES - 1) {
                hasCrashed = true;
                crash();
            }
        }
        settle();
        everythingIsSaid();
        shard.writeSegments(Integer.MAX_VALUE);
        assertThat(shard.describe()).isEqualTo(reference.describe());
        segmentsEndWhereEntriesSay();
        readEverything();
        replayFromTheBeginning();
        leaveNothing();
    }

    private void begin() {
        shard.recover(checkpoint, journal);
        replayedEntries += (int) (journal.lastIndex() - checkpoint.index());
        for (CommittedEntry entry : journal.history().subList((int) seenIndex, (int) journal.lastIndex())) {
            reference.apply(entry.term(), entry.body());
        }
        seenIndex = journal.lastIndex();
        assertThat(shard.describe()).isEqualTo(reference.describe());
        journal.start(shard.queue(), new Watching(shard.loop()));
        shard.queue().addMark();
    }

    private void crash() {
        journal.crash();
        calls.clear();
        asks.clear();
        changes.clear();
        deferred.clear();
        held.clear();
        expected.clear();
        disk = random.nextBoolean() ? disk.afterKill() : disk.afterPowerLoss();
        shard = newShard();
    }

    private void step() throws InterruptedException {
        switch (random.nextInt(32)) {
            case 0, 1, 2, 3, 4, 5, 6 -> append();
            case 7 -> importBatch();
            case 8, 9 -> change();
            case 10, 11, 12 -> command();
            case 13, 14, 15, 16, 17, 18, 19 -> journal.step();
            case 20, 21, 22, 23 -> shard.runOnce();
            case 24, 25 -> shard.writeSegments(1 + random.nextInt(4));
            case 26 -> read();
            case 27 -> writeOne();
            case 28 -> clock.advanceMs(random.nextInt(1000));
            case 29 -> runDeferred();
            case 30 -> releaseHeld();
            default -> takeCheckpoint();
        }
    }

    /** A topic that is created again has another id. */
    private TopicId topic(int number) {
        return new TopicId(generations[number], number);
    }

    private TopicId droppedTopic(int number) {
        TopicId dropped = topic(number);
        generations[number]++;
        return dropped;
    }

    private @Nullable PartitionReplica anyPartition() {
        return shard.table().find(topic(random.nextInt(TOPICS)), random.nextInt(PARTITIONS));
    }

    private void append() {
        PartitionReplica replica = anyPartition();
        if (replica == null) {
            return;
        }
        String[] values = new String[1 + random.nextInt(4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 9_000 : 200));
        }
        ByteBuffer batch = random.nextInt(3) == 0 ? Batches.of(values) : ofProducer(values);
        Call call = new Call();
        calls.add(call);
        Executor executor = random.nextBoolean() ? Runnable::run : deferred::add;
        assertThat(shard.queue().append(replica, batch, executor, call)).isTrue();
    }

    /** Mostly the next one of a copy, with a leader epoch that may have risen, or fallen, which no leader would send. */
    private void importBatch() {
        PartitionReplica replica = shard.table().moving().stream()
                .filter(moving -> random.nextBoolean())
                .findFirst()
                .orElseGet(this::anyPartition);
        if (replica == null) {
            return;
        }
        ByteBuffer batch = random.nextBoolean() ? Batches.of("a", "b") : ofProducer("c", "d", "e");
        long offset = replica.endOffset() + (random.nextInt(8) == 0 ? random.nextInt(3) - 1 : 0);
        batch.putLong(BatchLayout.BASE_OFFSET, offset);
        batch.putInt(BatchLayout.LEADER_EPOCH, 3 + random.nextInt(3));
        Call call = new Call();
        calls.add(call);
        assertThat(shard.queue().importBatch(replica, batch, Runnable::run, call))
                .isTrue();
    }

    /** Of the move that is under way, mostly. */
    private ControlEntry ofMove(TopicId id, int index) {
        long number = Math.max(1, move - random.nextInt(8) / 6);
        PartitionReplica replica = shard.table().find(id, index);
        long endOffset = replica == null ? 0 : replica.endOffset();
        return switch (random.nextInt(8)) {
            case 0, 1 -> new ControlEntry.Arrive(id, nextVersion(), index, number, random.nextInt(3) * 20, settings());
            case 2, 3 -> new ControlEntry.Seal(id, index, number);
            case 4 -> new ControlEntry.Unseal(id, index, number);
            case 5, 6 -> new ControlEntry.Adopt(id, index, number, endOffset, endOffset / 2, random.nextInt(9), 1);
            default -> new ControlEntry.Leave(id, index, move++);
        };
    }

    /** Mostly the next sequence, sometimes a repeat, a gap, a new epoch or an old one, near the wrap too. */
    private ByteBuffer ofProducer(String... values) {
        int producer = random.nextInt(PRODUCERS);
        int sequence = nextSequences[producer];
        short epoch = epochs[producer];
        switch (random.nextInt(16)) {
            case 0 -> sequence = Math.max(0, sequence - 1 - random.nextInt(8));
            case 1 -> sequence = (sequence + 1 + random.nextInt(3)) & Integer.MAX_VALUE;
            case 2 -> {
                epoch++;
                epochs[producer] = epoch;
                sequence = random.nextInt(5) == 0 ? 7 : 0;
            }
            case 3 -> epoch = (short) Math.max(0, epoch - 1);
            case 4 -> sequence = Integer.MAX_VALUE - random.nextInt(3);
            default -> {}
        }
        nextSequences[producer] = (sequence + values.length) & Integer.MAX_VALUE;
        return Batches.ofProducer(100 + producer, epoch, sequence, values);
    }

    private void change() {
        int number = random.nextInt(TOPICS);
        TopicId id = topic(number);
        int index = random.nextInt(PARTITIONS);
        ControlEntry control = switch (random.nextInt(20)) {
            case 0 -> new ControlEntry.Drop(droppedTopic(number), nextVersion());
            case 1, 2 -> new ControlEntry.Configure(id, nextVersion(), settings());
            case 3, 4 -> new ControlEntry.AdvanceStart(id, index, random.nextInt(100));
            case 5 -> new ControlEntry.ExpireProducers(id, index, clock.nanoTime() / 1_000_000 - 500);
            case 6 -> new ControlEntry.HistoryLost(id, index, 1 + random.nextInt(2));
            case 7, 8, 9, 10, 11, 12, 13, 14 -> ofMove(id, index);
            default ->
                new ControlEntry.Open(
                        id,
                        nextVersion(),
                        index,
                        1 + random.nextInt(PARTITIONS - index),
                        random.nextInt(3) == 0 ? 40 : 0,
                        random.nextInt(3),
                        settings());
        };
        Change change = new Change(new CompletableFuture<>());
        changes.add(change);
        assertThat(shard.queue().addControl(control, change.future())).isTrue();
    }

    /** Mostly rising; an old one now and then, as from a metadata entry that was overtaken. */
    private long nextVersion() {
        return random.nextInt(4) == 0 ? Math.max(0, version - 2) : ++version;
    }

    private SegmentSettings settings() {
        return new SegmentSettings(500 + random.nextInt(3_000), 1_000_000, 256);
    }

    private void command() {
        Ask ask = new Ask(random.nextInt(4));
        asks.add(ask);
        ShardUnderTest current = shard;
        current.loop().execute(() -> current.runtime().enqueue(current.machine(), ask));
    }

    /** What a checkpoint does between two tasks of the segment thread. */
    private void writeOne() {
        PartitionReplica replica = anyPartition();
        if (replica != null) {
            shard.segments().tryWrite(replica, random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(200));
        }
    }

    private void takeCheckpoint() {
        shard.runOnce();
        checkpoint = shard.checkpoint();
        journal.checkpointed(checkpoint.index());
    }

    private void runDeferred() {
        while (!deferred.isEmpty()) {
            deferred.removeFirst().run();
        }
    }

    private void releaseHeld() {
        while (!held.isEmpty()) {
            held.removeFirst().checkAndRelease();
        }
    }

    private void read() {
        shard.runOnce();
        PartitionReplica replica = anyPartition();
        if (replica == null || replica.startOffset() == replica.endOffset()) {
            return;
        }
        long offset = random.nextLong(replica.startOffset(), replica.endOffset());
        readFrom(replica, offset, random.nextInt(6_000), random.nextBoolean());
    }

    private long readFrom(PartitionReplica replica, long offset, int maxBytes, boolean atLeastOne) {
        HoldingSink sink = new HoldingSink();
        long next = replica.readBlocking(offset, maxBytes, atLeastOne, sink);
        ByteArrayOutputStream right = new ByteArrayOutputStream();
        for (ReferenceShard.Stored batch : referenceOf(replica).batches()) {
            if (next > offset && batch.nextOffset() > offset && batch.baseOffset() < next) {
                right.writeBytes(batch.bytes());
            }
        }
        assertThat(Arrays.equals(sink.bytes(), right.toByteArray()))
                .as("bytes of %d to %d", offset, next)
                .isTrue();
        assertThat(right.size() <= maxBytes || atLeastOne).isTrue();
        assertThat(next > offset || !atLeastOne).as("progress at %d", offset).isTrue();
        sink.expect(right.toByteArray());
        held.add(sink);
        return next;
    }

    private ReferenceShard.Partition referenceOf(PartitionReplica replica) {
        ReferenceShard.Topic topic = reference.topics().get(replica.topicId().toString());
        ReferenceShard.Partition found =
                topic == null ? null : topic.partitions().get(replica.index());
        if (found == null) {
            throw new AssertionError("the reference has no partition " + replica.topicId() + " " + replica.index());
        }
        return found;
    }

    private void readEverything() {
        for (PartitionTable.TopicEntry topic : shard.table().topics()) {
            for (PartitionReplica replica : PartitionTable.present(topic)) {
                long offset = replica.startOffset();
                while (offset < replica.endOffset()) {
                    offset = readFrom(replica, offset, 2_000, true);
                }
            }
        }
    }

    /** Whenever the segment thread wrote, and whatever settings came in between. */
    private void segmentsEndWhereEntriesSay() {
        for (PartitionTable.TopicEntry topic : shard.table().topics()) {
            for (PartitionReplica replica : PartitionTable.present(topic)) {
                List<SegmentFile> files = replica.log().files().stream()
                        .map(SegmentFile::unpacked)
                        .toList();
                List<SegmentFile> all = referenceOf(replica).segments();
                assertThat(files).isEqualTo(all.subList(all.size() - files.size(), all.size()));
            }
        }
    }

    /** Until nobody has anything to do. */
    private void settle() throws InterruptedException {
        journal.stop(true);
        long before = -1;
        while (before != journal.lastIndex()) {
            before = journal.lastIndex();
            shard.runOnce();
            journal.stop(true);
        }
        shard.runOnce();
        runDeferred();
    }

    private void everythingIsSaid() {
        assertThat(calls).allMatch(call -> call.answers == 1);
        assertThat(asks).allMatch(ask -> ask.answers == 1);
        for (Change change : changes) {
            ReferenceShard.Outcome right = expected.get(change.future());
            assertThat(right).as("end of a change").isNotNull();
            assertThat(change.future().getNow(null)).isEqualTo(right == null ? null : right.error());
        }
    }

    private void replayFromTheBeginning() {
        ShardUnderTest other = new ShardUnderTest(new SimulatedDisk(random.split()), clock, 1 << 20);
        for (CommittedEntry entry : journal.history()) {
            other.loop().replayWithoutWaiting(entry);
        }
        assertThat(other.describe()).isEqualTo(shard.describe());
    }

    private void leaveNothing() throws InterruptedException {
        for (PartitionTable.TopicEntry topic : shard.table().topics()) {
            shard.queue().addControl(new ControlEntry.Drop(topic.id(), version), new CompletableFuture<>());
        }
        shard.queue().close();
        settle();
        shard.writeSegments(Integer.MAX_VALUE);
        releaseHeld();
        assertThat(shard.queue().queuedBytes()).isZero();
        assertThat(shard.bytesLeftWhenEvicted())
                .as("bytes of the pool that leaked")
                .isZero();
    }

    /** Tells the reference before the shard. */
    private final class Watching implements JournalListener {
        private final JournalListener target;

        Watching(JournalListener target) {
            this.target = target;
        }

        @Override
        public void committed(List<CommittedEntry> entries) {
            for (CommittedEntry entry : entries) {
                seenIndex++;
                assertThat(entry.index()).isEqualTo(seenIndex);
                List<ReferenceShard.Outcome> outcomes = reference.apply(entry.term(), entry.body());
                if (entry.submission() instanceof PendingEntry pending) {
                    for (int i = 0; i < outcomes.size(); i++) {
                        expect(pending.completions().get(i), outcomes.get(i));
                    }
                }
            }
            target.committed(entries);
        }

        @Override
        public void rejected(List<? extends Submission> submissions, ErrorCode reason) {
            for (Submission submission : submissions) {
                if (submission instanceof PendingEntry pending) {
                    pending.completions().forEach(waiting -> expect(waiting, new ReferenceShard.Outcome(reason, -1)));
                }
            }
            target.rejected(submissions, reason);
        }
    }

    private void expect(Completion waiting, ReferenceShard.Outcome outcome) {
        switch (waiting) {
            case Completion.Append append -> expected.put(append.callback(), outcome);
            case Completion.Control control -> expected.put(control.future(), outcome);
            case Completion.Events events -> assertThat(events.batch().events()).isNotEmpty();
            case Completion.None none -> assertThat(outcome.baseOffset()).isEqualTo(-1);
        }
    }

    private List<ReferenceShard.Outcome> allowed(ReferenceShard.@Nullable Outcome outcome) {
        if (hasCrashed && OLD_REPEAT.equals(outcome)) {
            return List.of(OLD_REPEAT, OUT_OF_ORDER);
        }
        if (hasCrashed && OUT_OF_ORDER.equals(outcome)) {
            return List.of(OUT_OF_ORDER, ASKED_FOR);
        }
        return List.of(Objects.requireNonNull(outcome));
    }

    private record Change(CompletableFuture<ErrorCode> future) {}

    private final class Call implements AppendCallback {
        private int answers;

        @Override
        public void completed(ErrorCode error, long baseOffset, long startOffset) {
            answers++;
            assertThat(answers).as("answers to one append").isEqualTo(1);
            ReferenceShard.Outcome outcome = new ReferenceShard.Outcome(error, baseOffset);
            assertThat(outcome).isIn(allowed(expected.get(this)));
            appended += error == ErrorCode.NONE ? 1 : 0;
        }
    }

    private final class Ask implements Command<CountingMachine> {
        private final int events;
        private int answers;

        Ask(int events) {
            this.events = events;
        }

        @Override
        public void decide(CountingMachine machine, Decision decision, long nowMs) {
            for (int i = 0; i < events; i++) {
                decision.emit(CountingMachine.event(random.nextInt(1000)));
            }
            decision.afterCommit(this::answered, reason -> answered());
        }

        private void answered() {
            answers++;
            assertThat(answers).as("answers to one command").isEqualTo(1);
        }

        @Override
        public void refused(ErrorCode reason) {
            answered();
        }
    }

    /** Keeps shared memory as a slow connection does, and looks at it again before it lets go. */
    private static final class HoldingSink implements ReadSink {
        private final List<ByteBuffer> pieces = new ArrayList<>();
        private final List<SharedBuffer> owners = new ArrayList<>();
        private byte[] right = {};

        @Override
        public ByteBuffer reserve(int lengthBytes) {
            ByteBuffer piece = ByteBuffer.allocate(lengthBytes);
            pieces.add(piece.duplicate());
            return piece;
        }

        @Override
        public void share(ByteBuffer bytes, SharedBuffer owner) {
            owner.retain();
            owners.add(owner);
            pieces.add(bytes.slice());
        }

        byte[] bytes() {
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            for (ByteBuffer piece : pieces) {
                byte[] bytes = new byte[piece.remaining()];
                piece.get(piece.position(), bytes);
                joined.writeBytes(bytes);
            }
            return joined.toByteArray();
        }

        void expect(byte[] bytes) {
            right = bytes;
        }

        void checkAndRelease() {
            assertThat(Arrays.equals(bytes(), right))
                    .as("a slow reader still holds its bytes")
                    .isTrue();
            owners.forEach(SharedBuffer::release);
        }
    }
}
