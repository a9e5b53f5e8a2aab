package io.sluice.broker.topic;

import static io.sluice.common.Check.check;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.topic.MetadataEvent.GroupsToForget;
import io.sluice.broker.topic.MetadataEvent.MemoryLost;
import io.sluice.broker.topic.MetadataEvent.MoveAdopted;
import io.sluice.broker.topic.MetadataEvent.MoveBegun;
import io.sluice.broker.topic.MetadataEvent.MoveDone;
import io.sluice.broker.topic.MetadataEvent.MoveTakenBack;
import io.sluice.broker.topic.MetadataEvent.PartitionSealed;
import io.sluice.broker.topic.MetadataEvent.PartitionsAdded;
import io.sluice.broker.topic.MetadataEvent.ProducerIdsTaken;
import io.sluice.broker.topic.MetadataEvent.ShardDropped;
import io.sluice.broker.topic.MetadataEvent.TopicConfigured;
import io.sluice.broker.topic.MetadataEvent.TopicCreated;
import io.sluice.broker.topic.MetadataEvent.TopicDeleted;
import io.sluice.broker.topic.MetadataEvent.TopicDropped;
import io.sluice.broker.topic.MetadataEvent.TopicPlaced;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.agrona.collections.Object2ObjectHashMap;

/**
 * What topics there shall be, and which producer ids are given away. The state machine of shard 0.
 *
 * <pre>
 *                        ┌─configured, partitions added─┐
 *                        ▼                              │
 *   (none) ──created──► exists ─────────────────────────┘
 *                          └──deleted──► dropping ──dropped──► (none)
 * </pre>
 *
 * Created by {@link CreateTopic}, changed by {@link ConfigureTopic} and {@link AddPartitions}, deleted by
 * {@link DeleteTopic}, moved partition by partition by {@link BeginMove} and {@link AdvanceMove}, dropped by {@link
 * ConfirmDrop} once the data shard and the groups have forgotten the topic. Owner: shard 0's apply thread.
 */
public final class MetadataState implements StateMachine {
    private static final int FORMAT = 4;
    private static final int FORMAT_WITHOUT_MOVES = 3;
    private static final int FORMAT_WITHOUT_RUNS = 2;
    private static final int FORMAT_WITHOUT_DROPPED_NAMES = 1;
    /** Where groups and their positions are before the first slot of them has moved. */
    static final int POSITIONS_SHARD = 1;

    private static final int DROPPING_BYTES_LEAST = TopicId.LENGTH_BYTES + 1 + Long.BYTES;
    private static final int TOPIC_BYTES_LEAST = TopicId.LENGTH_BYTES + 3 * Integer.BYTES + 1 + Long.BYTES;

    private static final float LOAD = 0.8f;

    private final SharedConfigs configs = new SharedConfigs();

    /** Without an object for each of a hundred thousand topics. */
    private final Map<TopicId, Versioned> topics = new Object2ObjectHashMap<>(64, LOAD, false);

    private final Map<String, Versioned> byUnifiedName = new Object2ObjectHashMap<>(64, LOAD, false);
    private final TreeMap<TopicId, Dropping> dropping = new TreeMap<>();
    private final Map<Integer, Long> partitionsByShard = new HashMap<>();
    private final Set<TopicId> touched = new HashSet<>();
    private final MoveTable moves = new MoveTable();
    private volatile MovesImage movesImage = MovesImage.NONE;
    private boolean isAllTouched;
    private volatile Runnable whenLeading = () -> {};
    private volatile Runnable whenCommitted = () -> {};
    private volatile Function<TopicRecord, TopicId> sameIds = TopicRecord::id;
    private long version;
    private long nextProducerId;
    private int memoryEpoch;
    private long partitionTotal;

    /** Empty. */
    public MetadataState() {}

    /** Hears, on the apply thread, that this node decides from now on. */
    void whenLeading(Runnable listener) {
        whenLeading = listener;
    }

    /** Hears, on the apply thread and on every node, that what is committed has changed: see {@link #takeTouched}. */
    void whenCommitted(Runnable listener) {
        whenCommitted = listener;
    }

    /** Topics that may have changed since the last call; empty if all may. Apply thread, when nothing undecided is here. */
    Optional<Set<TopicId>> takeTouched() {
        Optional<Set<TopicId>> taken = isAllTouched ? Optional.empty() : Optional.of(Set.copyOf(touched));
        touched.clear();
        isAllTouched = false;
        return taken;
    }

    @Override
    public void published() {
        movesImage = new MovesImage(version, moves.image());
        whenCommitted.run();
    }

    @Override
    public int id() {
        return 1;
    }

    @Override
    public String name() {
        return "metadata";
    }

    /** A topic and the version of the metadata that created or last changed it. */
    record Versioned(TopicRecord topic, long version) {}

    /**
     * A deleted topic whose records and committed positions may still be there.
     *
     * @param name empty if format 1 lost it
     * @param shards that may have partitions of it, or the positions that groups committed
     */
    record Dropping(TopicId id, String name, Durability durability, long version, List<Integer> shards) {
        Dropping {
            shards = List.copyOf(shards);
        }

        Dropping with(List<Integer> more) {
            List<Integer> all =
                    Stream.concat(shards.stream(), more.stream()).distinct().toList();
            return new Dropping(id, name, durability, version, all);
        }

        Dropping without(int shard) {
            List<Integer> rest = shards.stream().filter(each -> each != shard).toList();
            return new Dropping(id, name, durability, version, rest);
        }
    }

    Optional<Versioned> topic(TopicId id) {
        return Optional.ofNullable(topics.get(id));
    }

    /** The topic whose name is equal but for '.' and '_'. */
    Optional<TopicRecord> colliding(String name) {
        return Optional.ofNullable(byUnifiedName.get(TopicNames.unified(name))).map(Versioned::topic);
    }

    /** The topic of exactly this name. */
    Optional<Versioned> named(String name) {
        return Optional.ofNullable(byUnifiedName.get(TopicNames.unified(name)))
                .filter(known -> known.topic().name().equals(name));
    }

    boolean isUsed(TopicId id) {
        return topics.containsKey(id) || dropping.containsKey(id);
    }

    /** In no order. */
    List<Versioned> topics() {
        return new ArrayList<>(topics.values());
    }

    /** The object that it has for the id, or the one given. Apply thread, or that which opens the shards. */
    public TopicId sameId(TopicId id) {
        Versioned known = topics.get(id);
        return known == null ? id : known.topic().id();
    }

    /** Of topics that come from now on: who has objects for their ids already, or answers the one of the topic. */
    void shareIds(Function<TopicRecord, TopicId> ids) {
        sameIds = ids;
    }

    List<Dropping> dropping() {
        return new ArrayList<>(dropping.values());
    }

    Optional<Dropping> dropping(TopicId id) {
        return Optional.ofNullable(dropping.get(id));
    }

    /** What moves, decided or committed. Apply thread. */
    MoveTable moves() {
        return moves;
    }

    /** What moves, as committed. Any thread. */
    MovesImage movesImage() {
        return movesImage;
    }

    /** How many partitions the shard has. */
    long partitionsOf(int shard) {
        return partitionsByShard.getOrDefault(shard, 0L);
    }

    long version() {
        return version;
    }

    long nextProducerId() {
        return nextProducerId;
    }

    int memoryEpoch() {
        return memoryEpoch;
    }

    long partitionTotal() {
        return partitionTotal;
    }

    void emit(Decision decision, MetadataEvent event) {
        decision.emit(MetadataCodec.encode(event));
    }

    @Override
    public void apply(ByteBuffer event, UndoLog undo) {
        long versionBefore = version;
        version++;
        switch (MetadataCodec.decode(event)) {
            case TopicCreated created -> create(created.topic(), undo);
            case TopicDeleted deleted -> delete(deleted.id(), undo);
            case GroupsToForget forget -> dropFromMore(forget.shards(), forget.id(), undo);
            case TopicDropped dropped -> drop(dropped.id(), undo);
            case ShardDropped dropped -> dropFrom(dropped.shard(), dropped.id(), undo);
            case ProducerIdsTaken taken -> takeProducerIds(taken.count(), undo);
            case MemoryLost _ -> loseMemory(undo);
            case TopicConfigured configured -> {
                TopicRecord topic = known(configured.id()).topic();
                replace(topic.withConfigs(configured.configs()), undo);
            }
            case PartitionsAdded added -> {
                TopicRecord topic = known(added.id()).topic();
                replace(topic.withPartitions(added.partitionCount()), undo);
            }
            case TopicPlaced placed -> replace(known(placed.id()).topic().withRuns(placed.runs()), undo);
            case MoveBegun begun ->
                moves.begin(
                        new PartitionMove(
                                begun.id(),
                                begun.partition(),
                                version,
                                begun.from(),
                                begun.to(),
                                PartitionMove.Stage.COPYING,
                                PartitionMove.Cut.NONE),
                        undo);
            case PartitionSealed sealed -> seal(sealed, undo);
            case MoveAdopted adopted -> moves.adopt(adopted.id(), adopted.partition(), undo);
            case MoveDone done -> moves.finish(done.id(), done.partition(), undo);
            case MoveTakenBack back -> moves.takeBack(back.id(), back.partition(), undo);
        }
        undo.add(() -> version = versionBefore);
    }

    private void create(TopicRecord topic, UndoLog undo) {
        put(new Versioned(topic, version));
        undo.add(() -> take(topic.id()));
    }

    private void replace(TopicRecord changed, UndoLog undo) {
        Versioned before = take(changed.id());
        put(new Versioned(changed, version));
        undo.add(() -> {
            take(changed.id());
            put(before);
        });
    }

    private void seal(PartitionSealed sealed, UndoLog undo) {
        PartitionMove move = moves.seal(sealed.id(), sealed.partition(), sealed.cut(), undo);
        replace(known(sealed.id()).topic().withPartitionIn(sealed.partition(), move.to()), undo);
    }

    private Versioned known(TopicId id) {
        Versioned known = topics.get(id);
        check(known != null, "topic id %s is not known", id);
        return known;
    }

    private void delete(TopicId id, UndoLog undo) {
        Versioned known = take(id);
        TopicRecord topic = known.topic();
        TopicMoves moved = moves.of(id);
        List<Integer> shards = Stream.of(
                        Stream.of(POSITIONS_SHARD),
                        topic.placed().stream().map(ShardRun::shard),
                        moved.moving().values().stream().flatMap(move -> Stream.of(move.from(), move.to())),
                        moved.left().stream())
                .flatMap(each -> each)
                .distinct()
                .toList();
        moves.forget(id, undo);
        dropping.put(id, new Dropping(id, topic.name(), topic.durability(), version, shards));
        undo.add(() -> {
            dropping.remove(id);
            put(known);
        });
    }

    private void dropFromMore(List<Integer> shards, TopicId id, UndoLog undo) {
        Dropping known = dropping.get(id);
        if (known != null) {
            undo.put(dropping, id, known.with(shards));
        }
    }

    private void drop(TopicId id, UndoLog undo) {
        touched.add(id);
        Dropping known = dropping.remove(id);
        if (known != null) {
            undo.add(() -> dropping.put(id, known));
        }
    }

    private void dropFrom(int shard, TopicId id, UndoLog undo) {
        touched.add(id);
        Dropping known = dropping.get(id);
        if (known != null) {
            dropping.put(id, known.without(shard));
            undo.add(() -> dropping.put(id, known));
        }
    }

    private void takeProducerIds(int count, UndoLog undo) {
        nextProducerId += count;
        undo.add(() -> nextProducerId -= count);
    }

    private void loseMemory(UndoLog undo) {
        memoryEpoch++;
        undo.add(() -> memoryEpoch--);
    }

    private void put(Versioned added) {
        TopicRecord topic = configs.shared(added.topic());
        topic = topic.of(sameIds.apply(topic));
        touched.add(topic.id());
        Versioned shared = topic == added.topic() ? added : new Versioned(topic, added.version());
        check(topics.put(topic.id(), shared) == null, "topic id %s is used twice", topic.id());
        Versioned other = byUnifiedName.put(TopicNames.unified(topic.name()), shared);
        check(other == null, "topic name %s is used twice", topic.name());
        partitionTotal += topic.partitionCount();
        topic.placed().forEach(run -> partitionsByShard.merge(run.shard(), (long) run.count(), Long::sum));
    }

    private Versioned take(TopicId id) {
        Versioned known = known(id);
        touched.add(id);
        topics.remove(id);
        byUnifiedName.remove(TopicNames.unified(known.topic().name()));
        partitionTotal -= known.topic().partitionCount();
        known.topic().placed().forEach(run -> partitionsByShard.merge(run.shard(), (long) -run.count(), Long::sum));
        return known;
    }

    @Override
    public void leaderStarted(long nowMs) {
        whenLeading.run();
    }

    @Override
    public ByteBuffer snapshot() {
        return captureSnapshot().get();
    }

    /** Topics are immutable: only references are copied here. */
    @Override
    public Supplier<ByteBuffer> captureSnapshot() {
        long versionNow = version;
        long nextProducerIdNow = nextProducerId;
        int memoryEpochNow = memoryEpoch;
        List<Versioned> captured = topics();
        List<Dropping> toDrop = dropping();
        Map<TopicId, TopicMoves> movesNow = moves.image();
        return () -> {
            ByteWriter writer = new ByteWriter();
            writer.putByte(FORMAT)
                    .putLong(versionNow)
                    .putLong(nextProducerIdNow)
                    .putInt(memoryEpochNow);
            // Equal states have equal bytes, whatever happened before.
            captured.sort(Comparator.comparing(each -> each.topic().id()));
            writer.putInt(captured.size());
            captured.forEach(each -> MetadataCodec.writeVersioned(writer, each));
            writer.putInt(toDrop.size());
            toDrop.forEach(each -> MetadataCodec.writeDropping(writer, each));
            MoveTable.write(writer, movesNow);
            return writer.toBuffer();
        };
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        ByteReader reader = new ByteReader(snapshot);
        int format = reader.getByte();
        check(
                format >= FORMAT_WITHOUT_DROPPED_NAMES && format <= FORMAT,
                "metadata snapshot of format %s, this version knows %s",
                format,
                FORMAT);
        clear();
        version = reader.getLong();
        nextProducerId = reader.getLong();
        memoryEpoch = reader.getInt();
        int topicCount = reader.getCount(TOPIC_BYTES_LEAST);
        for (int i = 0; i < topicCount; i++) {
            TopicRecord topic = MetadataCodec.readTopic(reader);
            List<ShardRun> runs = format > FORMAT_WITHOUT_RUNS ? MetadataCodec.readRuns(reader) : List.of();
            put(new Versioned(topic.withRuns(runs), reader.getLong()));
        }
        int droppingCount = reader.getCount(DROPPING_BYTES_LEAST);
        for (int i = 0; i < droppingCount; i++) {
            TopicId id = reader.getId();
            Durability durability = reader.getDurability();
            long droppedAt = reader.getLong();
            String name = format > FORMAT_WITHOUT_DROPPED_NAMES ? reader.getText() : "";
            List<Integer> shards = format > FORMAT_WITHOUT_RUNS
                    ? MetadataCodec.readShards(reader)
                    : Stream.of(POSITIONS_SHARD, TopicRecord.shardOf(durability))
                            .distinct()
                            .toList();
            dropping.put(id, new Dropping(id, name, durability, droppedAt, shards));
        }
        if (format > FORMAT_WITHOUT_MOVES) {
            moves.read(reader, (id, partition) -> known(id).topic().shard(partition));
        }
        isAllTouched = true;
        touched.clear();
    }

    private void clear() {
        topics.clear();
        byUnifiedName.clear();
        dropping.clear();
        moves.clear();
        partitionsByShard.clear();
        partitionTotal = 0;
    }
}
