package io.sluice.broker.topic;

import static io.sluice.common.Check.check;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.UndoLog;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/** Moves of partitions between shards: a part of {@link MetadataState}, whose thread it is on. */
final class MoveTable {
    private static final int TOPIC_BYTES_LEAST = TopicId.LENGTH_BYTES + 3 * Integer.BYTES;
    private static final int MOVE_BYTES = 4 + 8 + 4 + 4 + 1 + 8 + 8 + 4 + 4;

    private final TreeMap<TopicId, TopicMoves> topics = new TreeMap<>();
    private @Nullable Map<TopicId, TopicMoves> shown;

    TopicMoves of(TopicId id) {
        return topics.getOrDefault(id, TopicMoves.NONE);
    }

    Optional<PartitionMove> move(TopicId id, int partition) {
        return of(id).move(partition);
    }

    /** How many are under way. */
    int movingCount() {
        return topics.values().stream().mapToInt(each -> each.moving().size()).sum();
    }

    void begin(PartitionMove move, UndoLog undo) {
        put(move.topicId(), of(move.topicId()).with(move), undo);
    }

    /** Answers the move as it is then. */
    PartitionMove seal(TopicId id, int partition, PartitionMove.Cut cut, UndoLog undo) {
        PartitionMove sealed = known(id, partition).sealed(cut);
        put(id, of(id).sealed(sealed), undo);
        return sealed;
    }

    void adopt(TopicId id, int partition, UndoLog undo) {
        put(id, of(id).with(known(id, partition).adopted()), undo);
    }

    void finish(TopicId id, int partition, UndoLog undo) {
        PartitionMove move = known(id, partition);
        put(id, of(id).without(move, move.from()), undo);
    }

    void takeBack(TopicId id, int partition, UndoLog undo) {
        PartitionMove move = known(id, partition);
        put(id, of(id).without(move, move.to()), undo);
    }

    /** The topic is gone. */
    void forget(TopicId id, UndoLog undo) {
        if (topics.containsKey(id)) {
            put(id, null, undo);
        }
    }

    private PartitionMove known(TopicId id, int partition) {
        return move(id, partition)
                .orElseThrow(() -> new IllegalStateException("partition " + id + "-" + partition + " does not move"));
    }

    private void put(TopicId id, @Nullable TopicMoves changed, UndoLog undo) {
        shown = null;
        undo.put(topics, id, changed);
        undo.add(() -> shown = null);
    }

    /** What is there now, for other threads; the same object while nothing changes. */
    Map<TopicId, TopicMoves> image() {
        Map<TopicId, TopicMoves> known = shown;
        if (known == null) {
            known = Map.copyOf(topics);
            shown = known;
        }
        return known;
    }

    static void write(ByteWriter out, Map<TopicId, TopicMoves> captured) {
        out.putInt(captured.size());
        new TreeMap<>(captured).forEach((id, moves) -> {
            out.putId(id).putInt(moves.moving().size());
            moves.moving().values().forEach(move -> write(out, move));
            out.putInt(moves.places().size());
            moves.places().forEach((partition, place) -> out.putInt(partition).putInt(place.epochsAbove()));
            out.putInt(moves.left().size());
            moves.left().forEach(out::putInt);
        });
    }

    private static void write(ByteWriter out, PartitionMove move) {
        out.putInt(move.partition()).putLong(move.number()).putInt(move.from()).putInt(move.to());
        out.putByte(move.stage().ordinal());
        writeCut(out, move.cut());
    }

    static void writeCut(ByteWriter out, PartitionMove.Cut cut) {
        out.putLong(cut.endOffset()).putLong(cut.startOffset());
        out.putInt(cut.epochBase()).putInt(cut.lossCount());
    }

    static PartitionMove.Cut readCut(ByteReader in) {
        return new PartitionMove.Cut(in.getLong(), in.getLong(), in.getInt(), in.getInt());
    }

    /** Takes the place of what is there; {@code shards} says where a partition lies. */
    void read(ByteReader in, ToIntBiFunction<TopicId, Integer> shards) {
        for (int left = in.getCount(TOPIC_BYTES_LEAST); left > 0; left--) {
            TopicId id = in.getId();
            TreeMap<Integer, PartitionMove> moving = new TreeMap<>();
            for (int moves = in.getCount(MOVE_BYTES); moves > 0; moves--) {
                PartitionMove move = readMove(id, in);
                moving.put(move.partition(), move);
            }
            TreeMap<Integer, TopicMoves.Place> places = new TreeMap<>();
            for (int count = in.getCount(2 * Integer.BYTES); count > 0; count--) {
                int partition = in.getInt();
                places.put(partition, new TopicMoves.Place(shards.applyAsInt(id, partition), in.getInt()));
            }
            topics.put(id, new TopicMoves(moving, places, new TreeSet<>(MetadataCodec.readShards(in))));
        }
    }

    private static PartitionMove readMove(TopicId id, ByteReader in) {
        int partition = in.getInt();
        long number = in.getLong();
        int from = in.getInt();
        int to = in.getInt();
        int stage = in.getByte();
        PartitionMove.Stage[] stages = PartitionMove.Stage.values();
        check(stage >= 0 && stage < stages.length, "a move of stage %s, which this version does not know", stage);
        return new PartitionMove(id, partition, number, from, to, stages[stage], readCut(in));
    }

    void clear() {
        topics.clear();
        shown = null;
    }
}
