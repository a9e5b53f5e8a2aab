package io.sluice.replication;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentFile;
import io.sluice.log.SegmentSettings;
import io.sluice.log.StoredBatch;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A shard's state as naive as can be: lists and maps, from the bytes of committed entries alone. */
final class ReferenceShard {
    private static final int BATCHES_KEPT = 5;

    private final Map<String, Topic> topics = new TreeMap<>();
    private long timeMs;
    private long eventCount;
    private long eventOrder;

    /** How an item of an entry ends. */
    record Outcome(ErrorCode error, long baseOffset) {}

    /** A batch as readers must see it. */
    record Stored(long baseOffset, long nextOffset, byte[] bytes) {}

    private record Sequence(int first, int last, long baseOffset) {
        @Override
        public String toString() {
            return first + "-" + last + "@" + baseOffset;
        }
    }

    private static final class Producer {
        private final short epoch;
        private final List<Sequence> sequences = new ArrayList<>();

        /** How many sequences, the newest the last; without any the one that was asked for. */
        private long appended;

        private long lastAppendMs;

        /** What was asked for ahead of its next sequence, since the last append: epoch, first and last of the sequences. */
        private long @Nullable [] asked;

        Producer(short epoch) {
            this.epoch = epoch;
        }

        /** Whether the batch is out of order but may come behind what is missing: then it is asked for once more. */
        private boolean asksAhead(short batchEpoch, Sequence next) {
            long missing = Math.floorMod(next.first - sequences.getLast().last - 1L, 1L << 31);
            if (batchEpoch == epoch && missing >= 1L << 30) {
                return false;
            }
            if (asked == null || asked[0] != batchEpoch) {
                asked = new long[] {batchEpoch, next.first, next.first};
                return true;
            }
            long width = Math.floorMod(asked[2] - asked[1], 1L << 31);
            if (Math.floorMod(next.first - asked[1], 1L << 31) <= width) {
                return false;
            }
            boolean isLater = Math.floorMod(next.first - asked[2], 1L << 31) < 1L << 30;
            asked[isLater ? 2 : 1] = next.first;
            return true;
        }

        @Override
        public String toString() {
            return "e" + epoch + " t" + lastAppendMs + " " + sequences + " of " + appended;
        }
    }

    /** One partition. */
    static final class Partition {
        private final List<Stored> batches = new ArrayList<>();
        private final Map<Long, Producer> producers = new TreeMap<>();
        private final List<long[]> epochs = new ArrayList<>();
        private final List<SegmentFile> segments = new ArrayList<>();
        private long startOffset;
        private long endOffset;
        private int epochBase;
        private int lossCount;
        private Residence residence = Residence.OPENED;

        List<Stored> batches() {
            return batches;
        }

        /** All there ever were. */
        List<SegmentFile> segments() {
            return segments;
        }

        /** Everything but the batches, comparable with {@link ShardUnderTest#describe}. */
        String describe() {
            StringBuilder epochText = new StringBuilder();
            epochs.forEach(epoch ->
                    epochText.append(epoch[0]).append('@').append(epoch[1]).append(' '));
            return startOffset + ".." + endOffset + " base " + epochBase + " losses " + lossCount
                    + (residence.equals(Residence.OPENED) ? "" : " " + residence) + " epochs "
                    + epochText + "producers " + producers;
        }

        private boolean isIn(Residence.Stage stage) {
            return residence.stage() == stage;
        }

        private Outcome importBatch(ByteBuffer batch, long nowMs, SegmentSettings settings) {
            int epoch = batch.getInt(BatchLayout.LEADER_EPOCH);
            boolean isNext = isIn(Residence.Stage.ARRIVING)
                    && batch.getLong(BatchLayout.BASE_OFFSET) == endOffset
                    && (epochs.isEmpty() || epochs.getLast()[0] <= epoch);
            if (!isNext) {
                return new Outcome(ErrorCode.OFFSET_OUT_OF_RANGE, -1);
            }
            long baseOffset = endOffset;
            int count = batch.getInt(BatchLayout.LAST_OFFSET_DELTA) + 1;
            long producerId = batch.getLong(BatchLayout.PRODUCER_ID);
            if (producerId >= 0) {
                int first = batch.getInt(BatchLayout.BASE_SEQUENCE);
                int last = (int) (((long) first + count - 1) % (1L << 31));
                Producer known = producers.get(producerId);
                short producerEpoch = batch.getShort(BatchLayout.PRODUCER_EPOCH);
                boolean isGap = known != null
                        && !known.sequences.isEmpty()
                        && known.epoch == producerEpoch
                        && (known.sequences.getLast().last + 1L) % (1L << 31) != first;
                if (isGap) {
                    producers.remove(producerId);
                }
                remember(
                        producerId,
                        batch.getShort(BatchLayout.PRODUCER_EPOCH),
                        new Sequence(first, last, baseOffset),
                        nowMs);
            }
            roll(batch, count, settings);
            store(batch, count, epoch);
            return new Outcome(ErrorCode.NONE, baseOffset);
        }

        private void remember(long producerId, short epoch, Sequence sequence, long nowMs) {
            Producer known = producers.get(producerId);
            boolean isFirst = known == null || known.epoch != epoch || known.sequences.isEmpty();
            Producer producer = isFirst ? new Producer(epoch) : known;
            producers.put(producerId, producer);
            producer.asked = null;
            producer.sequences.add(sequence);
            producer.appended += ((long) sequence.last - sequence.first & Integer.MAX_VALUE) + 1;
            if (producer.sequences.size() > BATCHES_KEPT) {
                producer.sequences.removeFirst();
            }
            producer.lastAppendMs = nowMs;
        }

        private boolean isToAsk(long producerId, short epoch, int first, long nowMs) {
            Producer known = producers.get(producerId);
            if (first == 0 || (known != null && !known.sequences.isEmpty())) {
                return false;
            }
            boolean isAsked = known != null && known.epoch == epoch;
            if (isAsked && known.appended == first) {
                return false;
            }
            if (!isAsked || Math.floorMod(first - known.appended, 1L << 31) >= 1L << 30) {
                Producer asked = new Producer(epoch);
                asked.appended = first;
                asked.lastAppendMs = nowMs;
                producers.put(producerId, asked);
            }
            return true;
        }

        private Outcome append(ByteBuffer batch, boolean isProduced, long term, long nowMs, SegmentSettings settings) {
            if (!isIn(Residence.Stage.HOME)) {
                return new Outcome(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1);
            }
            long producerId = batch.getLong(BatchLayout.PRODUCER_ID);
            int count = batch.getInt(BatchLayout.LAST_OFFSET_DELTA) + 1;
            long baseOffset = endOffset;
            if (producerId >= 0) {
                short epoch = batch.getShort(BatchLayout.PRODUCER_EPOCH);
                int first = batch.getInt(BatchLayout.BASE_SEQUENCE);
                Sequence sequence = new Sequence(first, (int) (((long) first + count - 1) % (1L << 31)), baseOffset);
                if (isProduced && isToAsk(producerId, epoch, first, nowMs)) {
                    return new Outcome(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1);
                }
                Producer known = producers.get(producerId);
                if (known != null && !known.sequences.isEmpty()) {
                    Outcome refused = judge(known, epoch, sequence);
                    if (refused != null) {
                        boolean isOutOfOrder = refused.error == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
                        return isProduced && isOutOfOrder && known.asksAhead(epoch, sequence)
                                ? new Outcome(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1)
                                : refused;
                    }
                }
                remember(producerId, epoch, sequence, nowMs);
            }
            roll(batch, count, settings);
            store(batch, count, epochBase + (int) term);
            return new Outcome(ErrorCode.NONE, baseOffset);
        }

        private static @Nullable Outcome judge(Producer known, short epoch, Sequence next) {
            if (epoch < known.epoch) {
                return new Outcome(ErrorCode.INVALID_PRODUCER_EPOCH, -1);
            }
            if (epoch > known.epoch) {
                return next.first == 0 ? null : new Outcome(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1);
            }
            for (Sequence old : known.sequences) {
                if (old.first == next.first && old.last == next.last) {
                    return new Outcome(ErrorCode.NONE, old.baseOffset);
                }
            }
            long expected = (known.sequences.getLast().last + 1L) % (1L << 31);
            if (next.first == expected) {
                return null;
            }
            long firstBack = Math.floorMod((long) known.sequences.getLast().last - next.first, 1L << 31);
            long lastBack = Math.floorMod((long) known.sequences.getLast().last - next.last, 1L << 31);
            boolean isRepeat = firstBack < known.appended && lastBack <= firstBack;
            return new Outcome(
                    isRepeat ? ErrorCode.DUPLICATE_SEQUENCE_NUMBER : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1);
        }

        private void roll(ByteBuffer batch, int count, SegmentSettings settings) {
            long timestampMs = batch.getLong(BatchLayout.MAX_TIMESTAMP);
            StoredBatch next = new StoredBatch(endOffset, endOffset + count - 1, 0, timestampMs, batch);
            SegmentFile last = segments.isEmpty() ? null : segments.getLast();
            if (last == null || settings.startsNewSegment(last, next)) {
                segments.add(new SegmentFile(endOffset, batch.limit(), timestampMs, timestampMs));
                return;
            }
            long maxTimestampMs = Math.max(last.maxTimestampMs(), timestampMs);
            segments.set(
                    segments.size() - 1,
                    new SegmentFile(
                            last.baseOffset(),
                            last.lengthBytes() + batch.limit(),
                            maxTimestampMs,
                            last.firstTimestampMs()));
        }

        private void store(ByteBuffer batch, int count, int epoch) {
            if (epochs.isEmpty() || epochs.getLast()[0] != epoch) {
                epochs.add(new long[] {epoch, endOffset});
            }
            byte[] bytes = new byte[batch.limit()];
            batch.get(0, bytes);
            ByteBuffer.wrap(bytes).putLong(0, endOffset).putInt(12, epoch);
            batches.add(new Stored(endOffset, endOffset + count, bytes));
            endOffset += count;
        }

        private void advanceStart(long toOffset) {
            long bounded = Math.min(toOffset, endOffset);
            if (bounded > startOffset) {
                startOffset = bounded;
                while (epochs.size() > 1 && epochs.get(1)[1] <= bounded) {
                    epochs.removeFirst();
                }
                if (!epochs.isEmpty()) {
                    epochs.getFirst()[1] = Math.max(epochs.getFirst()[1], bounded);
                }
            }
        }
    }

    /** One topic. */
    static final class Topic {
        private final Map<Integer, Partition> partitions = new TreeMap<>();
        private long version;
        private SegmentSettings settings;

        Topic(long version, SegmentSettings settings) {
            this.version = version;
            this.settings = settings;
        }

        Map<Integer, Partition> partitions() {
            return partitions;
        }

        String describe() {
            StringBuilder text = new StringBuilder("v" + version + " " + settings);
            partitions.forEach((index, partition) ->
                    text.append("\n  ").append(index).append(": ").append(partition.describe()));
            return text.toString();
        }
    }

    String describe() {
        StringBuilder text = new StringBuilder("events " + eventCount + " order " + eventOrder + " time " + timeMs);
        topics.forEach((id, topic) -> text.append('\n').append(id).append(' ').append(topic.describe()));
        return text.toString();
    }

    Map<String, Topic> topics() {
        return topics;
    }

    /** Applies a committed entry; answers how each of its items ends. */
    List<Outcome> apply(long term, ByteBuffer body) {
        ByteBuffer in = body.duplicate();
        in.position(4);
        int items = in.getInt();
        timeMs = Math.max(timeMs, in.getLong());
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            byte type = in.get(in.position());
            int lengthBytes = in.getInt(in.position() + 4);
            ByteBuffer content = in.slice(in.position() + 8, lengthBytes);
            in.position(in.position() + 8 + lengthBytes);
            outcomes.add(applyItem(type, content, term));
        }
        return outcomes;
    }

    private Outcome applyItem(byte type, ByteBuffer content, long term) {
        if (type == EntryLayout.EVENT) {
            eventCount++;
            eventOrder = CountingMachine.next(eventOrder, content.getLong(4));
            return new Outcome(ErrorCode.NONE, -1);
        }
        if (type == EntryLayout.CONTROL) {
            return new Outcome(change(ControlCodec.decode(content)), -1);
        }
        Topic topic = topics.get(EntryLayout.topicId(content, 0).toString());
        Partition partition = topic == null ? null : topic.partitions.get(content.getInt(0));
        if (topic == null || partition == null) {
            return new Outcome(ErrorCode.UNKNOWN_TOPIC_ID, -1);
        }
        ByteBuffer batch = content.slice(20, content.limit() - 20);
        return type == EntryLayout.IMPORT
                ? partition.importBatch(batch, timeMs, topic.settings)
                : partition.append(batch, type == EntryLayout.PRODUCE, term, timeMs, topic.settings);
    }

    private ErrorCode change(ControlEntry control) {
        TopicId id = control.topicId();
        Topic topic = topics.get(id.toString());
        switch (control) {
            case ControlEntry.Arrive arrive -> arrive(id, topic, arrive);
            case ControlEntry.Seal seal -> {
                return seal(of(topic, seal.partition()), seal.move());
            }
            case ControlEntry.Unseal unseal -> {
                return unseal(of(topic, unseal.partition()), unseal.move());
            }
            case ControlEntry.Adopt adopt -> {
                return adopt(of(topic, adopt.partition()), adopt);
            }
            case ControlEntry.Leave leave -> leave(topic, leave);
            case ControlEntry.Open open -> open(id, topic, open);
            case ControlEntry.Configure configure -> {
                if (topic != null && configure.metadataVersion() >= topic.version) {
                    topic.version = configure.metadataVersion();
                    topic.settings = configure.settings();
                }
            }
            case ControlEntry.Drop drop -> topics.remove(drop.topicId().toString());
            case ControlEntry.AdvanceStart advance -> {
                if (topic == null || topic.partitions.get(advance.partition()) == null) {
                    return ErrorCode.UNKNOWN_TOPIC_ID;
                }
                if (!topic.partitions.get(advance.partition()).isIn(Residence.Stage.HOME)) {
                    return ErrorCode.NOT_LEADER_OR_FOLLOWER;
                }
                topic.partitions.get(advance.partition()).advanceStart(advance.startOffset());
            }
            case ControlEntry.ExpireProducers expire -> {
                if (topic == null || topic.partitions.get(expire.partition()) == null) {
                    return ErrorCode.UNKNOWN_TOPIC_ID;
                }
                topic.partitions
                        .get(expire.partition())
                        .producers
                        .values()
                        .removeIf(producer -> producer.lastAppendMs < expire.idleSinceMs());
            }
            case ControlEntry.HistoryLost lost -> {
                for (int i = lost.firstPartition(); topic != null && i < lost.firstPartition() + lost.count(); i++) {
                    Partition partition = topic.partitions.get(i);
                    if (partition != null) {
                        partition.lossCount++;
                        partition.epochBase++;
                    }
                }
            }
        }
        return ErrorCode.NONE;
    }

    private static @Nullable Partition of(@Nullable Topic topic, int index) {
        return topic == null ? null : topic.partitions.get(index);
    }

    private void arrive(TopicId id, @Nullable Topic known, ControlEntry.Arrive arrive) {
        Partition before = of(known, arrive.partition());
        boolean stays = before != null
                && (before.isIn(Residence.Stage.HOME)
                        || before.isIn(Residence.Stage.SEALED)
                        || before.residence.arrival() >= arrive.move());
        if (!stays) {
            open(id, known, new ControlEntry.Open(id, arrive.metadataVersion(), 0, 0, 0, 0, arrive.settings()));
            Partition partition = new Partition();
            partition.startOffset = arrive.baseOffset();
            partition.endOffset = arrive.baseOffset();
            partition.residence = new Residence(Residence.Stage.ARRIVING, arrive.move(), 0);
            topics.get(id.toString()).partitions.put(arrive.partition(), partition);
        }
    }

    private static ErrorCode seal(@Nullable Partition partition, long move) {
        if (partition == null) {
            return ErrorCode.UNKNOWN_TOPIC_ID;
        }
        boolean isHere = partition.isIn(Residence.Stage.HOME) || partition.isIn(Residence.Stage.SEALED);
        if (!isHere || partition.residence.sealedFor() > move) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        partition.residence = new Residence(Residence.Stage.SEALED, partition.residence.arrival(), move);
        return ErrorCode.NONE;
    }

    private static ErrorCode unseal(@Nullable Partition partition, long move) {
        if (partition == null) {
            return ErrorCode.UNKNOWN_TOPIC_ID;
        }
        if (!partition.isIn(Residence.Stage.SEALED) || partition.residence.sealedFor() != move) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        partition.residence = new Residence(Residence.Stage.HOME, partition.residence.arrival(), 0);
        return ErrorCode.NONE;
    }

    private static ErrorCode adopt(@Nullable Partition partition, ControlEntry.Adopt adopt) {
        if (partition == null) {
            return ErrorCode.UNKNOWN_TOPIC_ID;
        }
        boolean isWhole = partition.isIn(Residence.Stage.ARRIVING)
                && partition.residence.arrival() == adopt.move()
                && partition.endOffset == adopt.endOffset();
        if (!isWhole) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        long latest = partition.epochs.isEmpty() ? -1 : partition.epochs.getLast()[0];
        partition.epochBase = (int) Math.max(adopt.epochBase(), latest + 1);
        partition.lossCount = adopt.lossCount();
        partition.residence = new Residence(Residence.Stage.HOME, adopt.move(), 0);
        partition.advanceStart(adopt.startOffset());
        return ErrorCode.NONE;
    }

    private static void leave(@Nullable Topic topic, ControlEntry.Leave leave) {
        Partition before = of(topic, leave.partition());
        boolean isMeant = before != null
                && (before.isIn(Residence.Stage.SEALED)
                        ? before.residence.sealedFor() == leave.move()
                        : before.isIn(Residence.Stage.ARRIVING) && before.residence.arrival() == leave.move());
        if (topic != null && isMeant) {
            Partition place = new Partition();
            place.residence = new Residence(Residence.Stage.GONE, leave.move(), 0);
            topic.partitions.put(leave.partition(), place);
        }
    }

    private void open(TopicId id, @Nullable Topic known, ControlEntry.Open open) {
        Topic topic = known == null ? new Topic(open.metadataVersion(), open.settings()) : known;
        topics.put(id.toString(), topic);
        if (open.metadataVersion() >= topic.version) {
            topic.version = open.metadataVersion();
            topic.settings = open.settings();
        }
        for (int i = open.firstPartition(); i < open.firstPartition() + open.count(); i++) {
            if (!topic.partitions.containsKey(i)) {
                Partition partition = new Partition();
                partition.startOffset = open.baseOffset();
                partition.endOffset = open.baseOffset();
                partition.epochBase = open.epochBase();
                topic.partitions.put(i, partition);
            }
        }
    }
}
