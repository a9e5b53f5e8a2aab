package io.sluice.replication;

import io.sluice.common.BufferPool;
import io.sluice.common.Check;
import io.sluice.common.SimulatedClock;
import io.sluice.common.TopicId;
import io.sluice.log.OpenFiles;
import io.sluice.log.Packs;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.JournalSettings;
import io.sluice.replication.journal.SimJournal;
import io.sluice.replication.runtime.DecideRuntime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/** One life of a shard's state with everything on the thread of the test: no journal thread, no apply thread, no segment thread. */
final class ShardUnderTest {
    static final int CHUNK_BYTES = 2048;
    private static final long QUEUE_BYTES = 1 << 20;
    private static final int PACKED_BYTES_MAX = 1_000;
    private static final Path HOME = Path.of("/home");

    /** Partitions ask their shard where they lie. */
    private static final Path DIRECTORY = DataDirectory.partitions(HOME);

    private final SimulatedClock clock;
    private final SimulatedDisk disk;
    private final BufferPool pool = new BufferPool(CHUNK_BYTES, 4);
    private final CountingMachine machine = new CountingMachine();
    private final List<Path> obsolete = new ArrayList<>();
    private final PartitionTable table;
    private final TailMemory memory;
    private final SegmentWriter segments;
    private final EntryQueue queue;
    private final DecideRuntime runtime;
    private final EntryApplier applier;
    private final ApplyLoop loop;
    private ByteBuffer snapshot = new CountingMachine().snapshot();

    /** What a checkpoint keeps: durable on the disk it was made on. */
    record Checkpoint(
            long index,
            long term,
            long timeMs,
            ByteBuffer machine,
            List<CheckpointFile.TopicImage> topics,
            List<byte[]> partitions) {
        static final Checkpoint NONE = new Checkpoint(0, 0, 0, new CountingMachine().snapshot(), List.of(), List.of());
    }

    ShardUnderTest(SimulatedDisk disk, SimulatedClock clock, long tailBytes) {
        this.disk = disk;
        this.clock = clock;
        this.segments = new SegmentWriter(clock);
        this.memory = new TailMemory(() -> tailBytes);
        OpenFiles openFiles = new OpenFiles(3);
        this.table = new PartitionTable(
                home(openFiles), new Packs(disk, openFiles, DIRECTORY, PACKED_BYTES_MAX), DIRECTORY, id -> id);
        this.queue = new EntryQueue(pool, QUEUE_BYTES, this::timeMs);
        this.runtime = new DecideRuntime(List.of(machine), queue::addEvents);
        this.applier = new EntryApplier(table, runtime, segments, memory, (log, files) -> obsolete.addAll(files));
        this.loop = new ApplyLoop(applier, runtime, queue, memory, segments, this::timeMs);
    }

    /** A shard that is never started: partitions want to belong to one. */
    private Shard home(OpenFiles openFiles) {
        ReplicationSettings settings =
                new ReplicationSettings(HOME, JournalSettings.DEFAULT, 1 << 20, 1 << 20, 1 << 20, 1_000, 3);
        SplittableRandom random = new SplittableRandom(1);
        NodeParts node = new NodeParts(
                settings,
                new SimulatedDisk(random),
                clock,
                random,
                new NodeThreads(task -> Thread.ofPlatform().unstarted(task)),
                openFiles,
                pool,
                new TailBudget(1 << 20, 1 << 30),
                segments,
                new DamageRegister(false),
                new FreeSpace(),
                new CopyPace(clock, ReplicationSettings.COPY_BYTES_PER_SECOND),
                Optional.empty());
        return new Shard(new ShardSpec(1, Durability.MEMORY, List.of()), node, HOME);
    }

    private long timeMs() {
        return clock.nanoTime() / 1_000_000;
    }

    /** As at a start: the checkpoint, then the journal behind it. */
    void recover(Checkpoint checkpoint, SimJournal journal) {
        snapshot = checkpoint.machine();
        machine.restore(snapshot.duplicate());
        for (CheckpointFile.TopicImage topic : checkpoint.topics()) {
            table.restoreTopic(topic.id(), topic.metadataVersion(), topic.settings(), topic.partitionCount());
        }
        for (byte[] encoded : checkpoint.partitions()) {
            table.restore(PartitionImage.decode(ByteBuffer.wrap(encoded)));
        }
        DataDirectory.createDurably(disk, DIRECTORY);
        Check.check(table.packs().openNamed().isEmpty(), "a pack that the checkpoint names is missing");
        disk.list(DIRECTORY).stream()
                .filter(name -> !name.equals(Packs.DIRECTORY))
                .forEach(name -> cut(DIRECTORY.resolve(name), TopicId.parse(name)));
        applier.restoreTime(checkpoint.timeMs());
        loop.restoreIndex(checkpoint.index(), checkpoint.term());
        journal.replay(checkpoint.index() + 1, entry -> {
            makeRoom();
            loop.replayWithoutWaiting(entry);
        });
    }

    private void cut(Path topicDirectory, TopicId id) {
        for (String name : disk.list(topicDirectory)) {
            PartitionReplica replica = table.find(id, Integer.parseInt(name.split("-", 2)[0]));
            if (replica != null && replica.directory().endsWith(name)) {
                replica.log().cut();
            } else {
                Path directory = topicDirectory.resolve(name);
                disk.list(directory).forEach(file -> disk.delete(directory.resolve(file)));
            }
        }
    }

    ApplyLoop loop() {
        return loop;
    }

    EntryQueue queue() {
        return queue;
    }

    DecideRuntime runtime() {
        return runtime;
    }

    CountingMachine machine() {
        return machine;
    }

    PartitionTable table() {
        return table;
    }

    SegmentWriter segments() {
        return segments;
    }

    /** One round of the apply loop, and the segment thread's help if memory is short. */
    void runOnce() {
        loop.runOnce();
        memory.evict();
        makeRoom();
    }

    private void makeRoom() {
        if (memory.isOver()) {
            writeSegments(Integer.MAX_VALUE);
            memory.evict();
        }
    }

    void writeSegments(int stepsMax) {
        try {
            for (int i = 0; i < stepsMax; i++) {
                if (!segments.runOnce()) {
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** The checkpointer's order of steps. */
    Checkpoint checkpoint() {
        List<Path> forgotten = List.copyOf(obsolete);
        obsolete.clear();
        List<Long> deadPacks = table.packs().dead();
        List<CheckpointFile.TopicImage> topics = new ArrayList<>();
        List<byte[]> partitions = new ArrayList<>();
        for (PartitionTable.TopicEntry topic : table.topics()) {
            topics.add(new CheckpointFile.TopicImage(
                    topic.id(), topic.metadataVersion(), topic.settings(), topic.partitionCount()));
            PartitionTable.present(topic).forEach(replica -> partitions.add(encode(replica)));
        }
        Supplier<ByteBuffer> changed = runtime.takeSnapshots().get(machine.name());
        snapshot = changed == null ? snapshot : changed.get();
        forgotten.forEach(disk::delete);
        table.packs().delete(deadPacks);
        return new Checkpoint(loop.appliedIndex(), loop.appliedTerm(), applier.timeMs(), snapshot, topics, partitions);
    }

    private byte[] encode(PartitionReplica replica) {
        byte[] state = replica.capture().encodeState();
        segments.tryWrite(replica, replica.endOffset());
        replica.log().sync();
        return PartitionImage.encode(state, replica.log().files(), replica.log().compacted());
    }

    /** Everything but batches, comparable with {@link ReferenceShard#describe}. */
    String describe() {
        StringBuilder text = new StringBuilder(
                "events " + machine.count() + " order " + machine.order() + " time " + applier.timeMs());
        Map<String, PartitionTable.TopicEntry> sorted = new TreeMap<>();
        table.topics().forEach(topic -> sorted.put(topic.id().toString(), topic));
        sorted.forEach((id, topic) -> text.append('\n').append(id).append(' ').append(describe(topic)));
        return text.toString();
    }

    private static String describe(PartitionTable.TopicEntry topic) {
        SegmentSettings settings = topic.settings();
        StringBuilder text = new StringBuilder("v" + topic.metadataVersion() + " " + settings);
        for (PartitionReplica replica : PartitionTable.present(topic)) {
            text.append("\n  ").append(replica.index()).append(": ").append(describe(replica));
        }
        return text.toString();
    }

    /** From the bytes a checkpoint would have; producers sorted, because a hash table's order is no state. */
    static String describe(PartitionReplica replica) {
        ByteBuffer in = ByteBuffer.wrap(replica.capture().encodeState());
        in.position(20);
        StringBuilder text = new StringBuilder(in.getLong() + ".." + in.getLong());
        text.append(" base ").append(in.getInt());
        int losses = in.getInt();
        text.append(" losses ").append(losses < 0 ? ~losses : losses);
        text.append(losses < 0 ? " " + Residence.decode(in) : "").append(" epochs ");
        for (int left = in.getInt(); left > 0; left--) {
            text.append(in.getInt()).append('@').append(in.getLong()).append(' ');
        }
        Map<Long, String> producers = new TreeMap<>();
        for (int left = in.getInt(); left > 0; left--) {
            producers.put(in.getLong(), "e" + in.getShort() + " t" + in.getLong() + " " + sequences(in));
        }
        return text.append("producers ").append(producers).toString();
    }

    private static String sequences(ByteBuffer in) {
        List<String> sequences = new ArrayList<>();
        for (int left = ~in.get(); left > 0; left--) {
            sequences.add(in.getInt() + "-" + in.getInt() + "@" + in.getLong());
        }
        return sequences + " of " + in.getInt();
    }

    /** Bytes of the pool still in use after the tail has let go of all it can. */
    long bytesLeftWhenEvicted() {
        memory.evictTo(0);
        return pool.outstandingBytes();
    }
}
