package io.sluice.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class MetadataStateTest {
    /** What the metadata is, told as simply as possible. */
    private static final class Reference {
        private final TreeMap<TopicId, TopicRecord> topics = new TreeMap<>();
        private final TreeMap<TopicId, Long> versions = new TreeMap<>();
        private final TreeMap<TopicId, TopicRecord> dropping = new TreeMap<>();
        private final TreeMap<TopicId, TreeMap<Integer, String>> moves = new TreeMap<>();
        private long version;
        private long nextProducerId;
        private int memoryEpoch;

        Reference copy() {
            Reference copy = new Reference();
            copy.topics.putAll(topics);
            copy.versions.putAll(versions);
            copy.dropping.putAll(dropping);
            moves.forEach((id, ofTopic) -> copy.moves.put(id, new TreeMap<>(ofTopic)));
            copy.version = version;
            copy.nextProducerId = nextProducerId;
            copy.memoryEpoch = memoryEpoch;
            return copy;
        }

        void apply(MetadataEvent event) {
            version++;
            switch (event) {
                case TopicCreated created -> put(created.topic());
                case TopicConfigured configured ->
                    put(topics.get(configured.id()).withConfigs(configured.configs()));
                case PartitionsAdded added -> put(topics.get(added.id()).withPartitions(added.partitionCount()));
                case TopicDeleted deleted -> {
                    versions.remove(deleted.id());
                    moves.remove(deleted.id());
                    dropping.put(deleted.id(), topics.remove(deleted.id()));
                }
                case TopicDropped dropped -> dropping.remove(dropped.id());
                case TopicPlaced placed -> put(topics.get(placed.id()).withRuns(placed.runs()));
                case ShardDropped _, GroupsToForget _ -> {
                    // The topic stays among those that are dropped.
                }
                case ProducerIdsTaken taken -> nextProducerId += taken.count();
                case MemoryLost _ -> memoryEpoch++;
                case MoveBegun begun -> of(begun.id()).put(begun.partition(), version + " COPYING " + begun.to());
                case PartitionSealed sealed -> {
                    String move = of(sealed.id()).get(sealed.partition());
                    int shard = Integer.parseInt(move.substring(move.lastIndexOf(' ') + 1));
                    of(sealed.id()).put(sealed.partition(), move.replace("COPYING", "SEALED"));
                    TopicRecord topic = topics.get(sealed.id());
                    List<ShardRun> runs = new ArrayList<>();
                    // Those that were added last are placed by the next event.
                    for (int i = 0; i < topic.placed().getLast().to(); i++) {
                        ShardRun.append(runs, new ShardRun(i == sealed.partition() ? shard : topic.shard(i), i, i + 1));
                    }
                    boolean isUsual =
                            runs.size() == 1 && runs.getFirst().shard() == TopicRecord.shardOf(topic.durability());
                    put(topic.withRuns(isUsual ? List.of() : runs));
                }
                case MoveAdopted adopted ->
                    of(adopted.id())
                            .computeIfPresent(adopted.partition(), (p, move) -> move.replace("SEALED", "ADOPTED"));
                case MoveDone done -> of(done.id()).remove(done.partition());
                case MoveTakenBack back -> of(back.id()).remove(back.partition());
            }
        }

        private TreeMap<Integer, String> of(TopicId id) {
            return moves.computeIfAbsent(id, known -> new TreeMap<>());
        }

        private void put(TopicRecord topic) {
            topics.put(topic.id(), topic);
            versions.put(topic.id(), version);
        }
    }

    @Property(tries = 200)
    void batchesThatCommitStandAndOthersLeaveNoTrace(@ForAll long seed) {
        Random random = new Random(seed);
        MetadataState state = new MetadataState();
        Reference reference = new Reference();
        for (int batch = 0; batch < 40; batch++) {
            Reference after = reference.copy();
            Deque<Runnable> undo = new ArrayDeque<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                MetadataEvent event = anyEvent(random, after);
                after.apply(event);
                state.apply(MetadataCodec.encode(event), undo::push);
            }
            assertSame(state, after);
            if (random.nextBoolean()) {
                reference = after;
            } else {
                undo.forEach(Runnable::run);
            }
            assertSame(state, reference);
        }
    }

    @Property(tries = 100)
    void aSnapshotRestoresEverythingAndReplacesWhatWasThere(@ForAll long seed) {
        Random random = new Random(seed);
        MetadataState state = new MetadataState();
        MetadataState other = new MetadataState();
        Reference reference = new Reference();
        for (int i = 0; i < 60; i++) {
            MetadataEvent event = anyEvent(random, reference);
            reference.apply(event);
            state.apply(MetadataCodec.encode(event), UndoLog.NONE);
            if (random.nextInt(10) == 0) {
                ByteBuffer snapshot = state.snapshot();
                other.restore(snapshot);
                assertSame(other, reference);
                assertThat(other.snapshot()).isEqualTo(snapshot);
            }
        }
    }

    @Property(tries = 200)
    void anEventCutShortBreaksAnInvariantAndNotTheHeap(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuffer whole = MetadataCodec.encode(new TopicCreated(anyTopic(random)));
        ByteBuffer cut = whole.duplicate().limit(random.nextInt(whole.limit()));

        assertThatThrownBy(() -> MetadataCodec.decode(cut)).isInstanceOf(BrokenInvariantException.class);
    }

    @Test
    void namesThatDifferInDotsAndUnderscoresCollide() {
        MetadataState state = new MetadataState();
        TopicRecord topic = new TopicRecord(new TopicId(7, 7), "a.b_c", 1, Durability.FSYNC, Map.of());
        state.apply(MetadataCodec.encode(new TopicCreated(topic)), UndoLog.NONE);

        assertThat(state.colliding("a_b.c")).contains(topic);
        assertThat(state.colliding("a-b-c")).isEmpty();
    }

    /** The bytes of format 4: a change here is a new format, with a reader for this one. */
    @Test
    void theFormatIsTheDocumentedOne() {
        TopicRecord topic = new TopicRecord(new TopicId(1, 2), "t", 3, Durability.OS, Map.of("retention.ms", "5"));

        assertThat(hex(MetadataCodec.encode(new TopicCreated(topic))))
                .isEqualTo("01" + "0000000000000001" + "0000000000000002" + "00000001" + "74" + "00000003" + "01"
                        + "00000001" + "0000000c" + "726574656e74696f6e2e6d73" + "00000001" + "35");
        assertThat(hex(MetadataCodec.encode(new TopicDeleted(topic.id()))))
                .isEqualTo("02" + "0000000000000001" + "0000000000000002");
        assertThat(hex(MetadataCodec.encode(new TopicDropped(topic.id()))))
                .isEqualTo("03" + "0000000000000001" + "0000000000000002");
        assertThat(hex(MetadataCodec.encode(new ProducerIdsTaken(1000)))).isEqualTo("04" + "000003e8");
        assertThat(hex(MetadataCodec.encode(new MemoryLost()))).isEqualTo("05");
        assertThat(hex(MetadataCodec.encode(new TopicConfigured(topic.id(), topic.configs()))))
                .isEqualTo("06" + "0000000000000001" + "0000000000000002" + "00000001" + "0000000c"
                        + "726574656e74696f6e2e6d73" + "00000001" + "35");
        assertThat(hex(MetadataCodec.encode(new PartitionsAdded(topic.id(), 9))))
                .isEqualTo("07" + "0000000000000001" + "0000000000000002" + "00000009");
        assertThat(hex(new MetadataState().snapshot()))
                .isEqualTo("04" + "0000000000000000" + "0000000000000000" + "00000000" + "00000000" + "00000000"
                        + "00000000");
        assertThat(hex(MetadataCodec.encode(new TopicPlaced(topic.id(), List.of(new ShardRun(4, 0, 3))))))
                .isEqualTo("08" + "0000000000000001" + "0000000000000002" + "00000001" + "00000004" + "00000000"
                        + "00000003");
        assertThat(hex(MetadataCodec.encode(new ShardDropped(topic.id(), 4))))
                .isEqualTo("09" + "0000000000000001" + "0000000000000002" + "00000004");
        assertThat(hex(MetadataCodec.encode(new MoveBegun(topic.id(), 2, 1, 4))))
                .isEqualTo("0a" + "0000000000000001" + "0000000000000002" + "00000002" + "00000001" + "00000004");
        assertThat(hex(MetadataCodec.encode(new PartitionSealed(topic.id(), 2, new PartitionMove.Cut(9, 8, 7, 6)))))
                .isEqualTo("0b" + "0000000000000001" + "0000000000000002" + "00000002" + "0000000000000009"
                        + "0000000000000008" + "00000007" + "00000006");
        assertThat(hex(MetadataCodec.encode(new MoveAdopted(topic.id(), 2))))
                .isEqualTo("0c" + "0000000000000001" + "0000000000000002" + "00000002");
        assertThat(hex(MetadataCodec.encode(new MoveDone(topic.id(), 2))))
                .isEqualTo("0d" + "0000000000000001" + "0000000000000002" + "00000002");
        assertThat(hex(MetadataCodec.encode(new GroupsToForget(topic.id(), List.of(1, 4)))))
                .isEqualTo("0f"
                        + hex(MetadataCodec.encode(new TopicDropped(topic.id())))
                                .substring(2) + "00000002" + "00000001" + "00000004");
        assertThat(hex(MetadataCodec.encode(new MoveTakenBack(topic.id(), 2))))
                .isEqualTo("0e" + "0000000000000001" + "0000000000000002" + "00000002");
    }

    @Test
    void aSnapshotOfFormat3IsReadWithoutMoves() {
        MetadataState state = new MetadataState();

        state.restore(bytes("03" + "0000000000000005" + "0000000000000000" + "00000000" + "00000000" + "00000000"));

        assertThat(state.version()).isEqualTo(5);
        assertThat(state.moves().movingCount()).isZero();
    }

    @Test
    void aTopicThatMovedIsDroppedWhereverItHasBeen() {
        MetadataState state = new MetadataState();
        TopicRecord topic = new TopicRecord(new TopicId(7, 7), "t", 4, Durability.FSYNC, Map.of());
        List<MetadataEvent> events = List.of(
                new TopicCreated(topic),
                new MoveBegun(topic.id(), 1, 1, 4),
                new MoveTakenBack(topic.id(), 1),
                new MoveBegun(topic.id(), 2, 1, 5),
                new PartitionSealed(topic.id(), 2, PartitionMove.Cut.NONE),
                new MoveAdopted(topic.id(), 2),
                new MoveDone(topic.id(), 2),
                new MoveBegun(topic.id(), 2, 5, 6));
        events.forEach(event -> state.apply(MetadataCodec.encode(event), UndoLog.NONE));
        assertThat(state.topic(topic.id()).orElseThrow().topic().placed())
                .containsExactly(new ShardRun(1, 0, 2), new ShardRun(5, 2, 3), new ShardRun(1, 3, 4));

        state.apply(MetadataCodec.encode(new TopicDeleted(topic.id())), UndoLog.NONE);

        assertThat(state.dropping(topic.id()).orElseThrow().shards()).containsExactlyInAnyOrder(1, 4, 5, 6);
        assertThat(state.moves().movingCount()).isZero();
    }

    @Test
    void aSnapshotOfFormat1IsReadWithoutTheNamesOfDroppedTopics() {
        MetadataState state = new MetadataState();

        state.restore(bytes("01" + "0000000000000005" + "0000000000000000" + "00000000" + "00000000" + "00000001"
                + "0000000000000001" + "0000000000000002" + "01" + "0000000000000004"));

        assertThat(state.dropping())
                .containsExactly(new MetadataState.Dropping(new TopicId(1, 2), "", Durability.OS, 4, List.of(1, 2)));
    }

    @Test
    void aSnapshotOfFormat2IsReadWithEveryTopicInTheShardOfItsDurability() {
        MetadataState state = new MetadataState();

        state.restore(bytes("02" + "0000000000000005" + "0000000000000000" + "00000000" + "00000001"
                + "0000000000000001" + "0000000000000002" + "00000001" + "74" + "00000003" + "01" + "00000000"
                + "0000000000000004" + "00000000"));

        TopicRecord topic = state.named("t").orElseThrow().topic();
        assertThat(topic.placed()).containsExactly(new ShardRun(2, 0, 3));
        assertThat(state.partitionsOf(2)).isEqualTo(3);
    }

    @Test
    void aDeletedTopicIsThereUntilEveryShardHasDroppedIt() {
        MetadataState state = new MetadataState();
        TopicRecord topic = new TopicRecord(new TopicId(7, 7), "t", 4, Durability.FSYNC, Map.of());
        List<ShardRun> runs = List.of(new ShardRun(4, 0, 2), new ShardRun(5, 2, 4));
        apply(state, new TopicCreated(topic), new TopicPlaced(topic.id(), runs), new TopicDeleted(topic.id()));

        assertThat(state.dropping(topic.id()).orElseThrow().shards()).containsExactly(1, 4, 5);
        apply(state, new ShardDropped(topic.id(), 4), new ShardDropped(topic.id(), 1));
        assertThat(state.dropping(topic.id()).orElseThrow().shards()).containsExactly(5);
        apply(state, new TopicDropped(topic.id()));
        assertThat(state.dropping()).isEmpty();
    }

    @Test
    void aNodeLearnsWhichTopicsItMustLookAtAgain() {
        MetadataState state = new MetadataState();
        TopicRecord topic = new TopicRecord(new TopicId(7, 7), "t", 4, Durability.FSYNC, Map.of());
        assertThat(state.takeTouched()).contains(Set.of());
        apply(state, new TopicCreated(topic), new ProducerIdsTaken(5));
        assertThat(state.takeTouched()).contains(Set.of(topic.id()));
        state.restore(state.snapshot());
        assertThat(state.takeTouched()).isEmpty();
        assertThat(state.takeTouched()).contains(Set.of());
    }

    private static void apply(MetadataState state, MetadataEvent... events) {
        for (MetadataEvent event : events) {
            state.apply(MetadataCodec.encode(event), UndoLog.NONE);
        }
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(java.util.HexFormat.of().parseHex(hex));
    }

    private static void assertSame(MetadataState state, Reference reference) {
        List<MetadataState.Versioned> sorted = state.topics().stream()
                .sorted(Comparator.comparing(each -> each.topic().id()))
                .toList();
        assertThat(sorted)
                .extracting(MetadataState.Versioned::topic)
                .containsExactlyElementsOf(reference.topics.values());
        assertThat(sorted)
                .extracting(MetadataState.Versioned::version)
                .containsExactlyElementsOf(reference.versions.values());
        assertThat(state.dropping())
                .extracting(
                        MetadataState.Dropping::id, MetadataState.Dropping::name, MetadataState.Dropping::durability)
                .containsExactlyElementsOf(reference.dropping.values().stream()
                        .map(topic -> tuple(topic.id(), topic.name(), topic.durability()))
                        .toList());
        assertThat(state.version()).isEqualTo(reference.version);
        assertThat(state.nextProducerId()).isEqualTo(reference.nextProducerId);
        assertThat(state.memoryEpoch()).isEqualTo(reference.memoryEpoch);
        assertThat(state.partitionTotal())
                .isEqualTo(reference.topics.values().stream()
                        .mapToLong(TopicRecord::partitionCount)
                        .sum());
        for (TopicRecord topic : reference.topics.values()) {
            TreeMap<Integer, String> moves = new TreeMap<>();
            state.moves()
                    .of(topic.id())
                    .moving()
                    .forEach((partition, move) ->
                            moves.put(partition, move.number() + " " + move.stage() + " " + move.to()));
            assertThat(moves).isEqualTo(reference.of(topic.id()));
            assertThat(state.colliding(topic.name())).contains(topic);
            assertThat(state.named(topic.name()).orElseThrow().topic()).isEqualTo(topic);
        }
    }

    private static MetadataEvent anyEvent(Random random, Reference reference) {
        return switch (random.nextInt(14)) {
            case 9, 10, 11, 12, 13 -> reference.topics.isEmpty() ? new MemoryLost() : ofMove(random, reference);
            case 8 -> reference.topics.isEmpty() ? new MemoryLost() : placedAnew(random, reference);
            case 0 -> reference.topics.isEmpty() ? new MemoryLost() : new TopicDeleted(any(random, reference.topics));
            case 1 ->
                reference.dropping.isEmpty()
                        ? new ProducerIdsTaken(1 + random.nextInt(1000))
                        : new TopicDropped(any(random, reference.dropping));
            case 2 -> new ProducerIdsTaken(1 + random.nextInt(1000));
            case 3 ->
                reference.topics.isEmpty()
                        ? new MemoryLost()
                        : new TopicConfigured(any(random, reference.topics), anyConfigs(random));
            case 4 -> reference.topics.isEmpty() ? new MemoryLost() : morePartitions(random, reference);
            default -> createdUnlessNamed(random, reference);
        };
    }

    /** Begins a move, or does the next step of the one that is there. */
    private static MetadataEvent ofMove(Random random, Reference reference) {
        TopicId id = any(random, reference.topics);
        TreeMap<Integer, String> moves = reference.of(id);
        int count = reference.topics.get(id).partitionCount();
        int partition = moves.isEmpty() || random.nextInt(4) == 0 ? random.nextInt(count) : moves.firstKey();
        String move = moves.getOrDefault(partition, "");
        if (move.contains("COPYING")) {
            return random.nextInt(3) == 0
                    ? new MoveTakenBack(id, partition)
                    : new PartitionSealed(id, partition, new PartitionMove.Cut(random.nextLong(), 3, 4, 5));
        }
        if (move.contains("SEALED")) {
            return new MoveAdopted(id, partition);
        }
        return move.contains("ADOPTED")
                ? new MoveDone(id, partition)
                : new MoveBegun(id, partition, 1, 4 + random.nextInt(3));
    }

    private static MetadataEvent placedAnew(Random random, Reference reference) {
        TopicRecord topic = reference.topics.get(any(random, reference.topics));
        List<Integer> shards = List.of(1, 4, 5).subList(0, 1 + random.nextInt(3));
        return new TopicPlaced(topic.id(), ShardRun.spread(0, topic.partitionCount(), shards));
    }

    private static MetadataEvent createdUnlessNamed(Random random, Reference reference) {
        TopicRecord topic = anyTopic(random);
        boolean isNamed =
                reference.topics.values().stream().anyMatch(each -> each.name().equals(topic.name()));
        return isNamed ? new MemoryLost() : new TopicCreated(topic);
    }

    private static TopicRecord anyTopic(Random random) {
        Durability[] durabilities = Durability.values();
        return new TopicRecord(
                new TopicId(random.nextLong(), random.nextLong()),
                "topic-" + random.nextInt(12),
                1 + random.nextInt(100),
                durabilities[random.nextInt(durabilities.length)],
                anyConfigs(random));
    }

    private static Map<String, String> anyConfigs(Random random) {
        Map<String, String> configs = new HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            configs.put("config." + random.nextInt(5), "värde" + random.nextInt());
        }
        return configs;
    }

    private static PartitionsAdded morePartitions(Random random, Reference reference) {
        TopicId id = any(random, reference.topics);
        return new PartitionsAdded(id, reference.topics.get(id).partitionCount() + 1 + random.nextInt(5));
    }

    private static TopicId any(Random random, TreeMap<TopicId, ?> among) {
        List<TopicId> ids = new ArrayList<>(among.keySet());
        return ids.get(random.nextInt(ids.size()));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return java.util.HexFormat.of().formatHex(copy);
    }
}
