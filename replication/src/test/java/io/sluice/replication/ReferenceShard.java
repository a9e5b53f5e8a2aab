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

        /** How many sequences, the newest the last. */
        private long appended;

        private long lastAppendMs;

        Producer(short epoch) {
            this.epoch = epoch;
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
            return startOffset + ".." + endOffset + " base " + epochBase + " losses " + lossCount + " epochs "
                    + epochText + "producers " + producers;
        }

        private Outcome append(ByteBuffer batch, long term, long nowMs, SegmentSettings settings) {
            long producerId = batch.getLong(BatchLayout.PRODUCER_ID);
            int count = batch.getInt(BatchLayout.LAST_OFFSET_DELTA) + 1;
            long baseOffset = endOffset;
            if (producerId >= 0) {
                short epoch = batch.getShort(BatchLayout.PRODUCER_EPOCH);
                int first = batch.getInt(BatchLayout.BASE_SEQUENCE);
                Sequence sequence = new Sequence(first, (int) (((long) first + count - 1) % (1L << 31)), baseOffset);
                Producer known = producers.get(producerId);
                if (known != null) {
                    Outcome refused = judge(known, epoch, sequence);
                    if (refused != null) {
                        return refused;
                    }
                }
                Producer producer = known == null || known.epoch != epoch ? new Producer(epoch) : known;
                producers.put(producerId, producer);
                producer.sequences.add(sequence);
                producer.appended += count;
                if (producer.sequences.size() > BATCHES_KEPT) {
                    producer.sequences.removeFirst();
                }
                producer.lastAppendMs = nowMs;
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
        return partition == null
                ? new Outcome(ErrorCode.UNKNOWN_TOPIC_ID, -1)
                : partition.append(content.slice(20, content.limit() - 20), term, timeMs, topic.settings);
    }

    private ErrorCode change(ControlEntry control) {
        TopicId id = control.topicId();
        Topic topic = topics.get(id.toString());
        switch (control) {
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
