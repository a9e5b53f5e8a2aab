package io.sluice.replication;

import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Idempotent producers of one partition: for each its epoch and its last five batches, as Kafka's
 * {@code ProducerStateManager} keeps them. A repeat of any of the five is answered with its first offset; a producer
 * without state may begin at any sequence, if it means it.
 *
 * <p>Whether it does is asked by refusing once what does not begin at 0. Its state may have been forgotten, or its topic made
 * anew: then the same comes again. Or it is new, and its first batch went to a leader that could not take it: that one comes
 * again first, which a client sees to that has several under way. Were the second taken, the first would be refused for ever.
 *
 * <p>For the same reason what is ahead of the next sequence of a known producer is asked for once more before it is told that
 * it is out of order: librdkafka before 2.3.0 takes that answer, given to the second of several while the first is still to
 * come again, for the loss of acknowledged records and ends (its pull request 4438). No append depends on what was asked of a
 * known producer, so a checkpoint leaves it out.
 *
 * <p>An older repeat is known as one by its sequences, which have no gaps: a client whose batch lies at a leader that stands
 * still sends what follows to the next one, and may ask for the first again after more than five. Were it told that the
 * sequence is not the next, it would ask for ever. Apply thread only.
 */
final class ProducerTable {
    private final Long2ObjectHashMap<Producer> producers = new Long2ObjectHashMap<>();
    private long repeatedOffset;

    /** What to do with a batch. */
    enum Verdict {
        APPEND,
        REPEAT,
        OLD_REPEAT,
        OUT_OF_ORDER,
        FENCED,
        ASK_AGAIN;

        ErrorCode error() {
            return switch (this) {
                case APPEND, REPEAT -> ErrorCode.NONE;
                case OLD_REPEAT -> ErrorCode.DUPLICATE_SEQUENCE_NUMBER;
                case OUT_OF_ORDER -> ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
                case FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
                case ASK_AGAIN -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
            };
        }
    }

    /** The same for who can ask again; {@link #asked} is to be told of it. */
    Verdict judgeProduced(long producerId, short epoch, int firstSequence, int lastSequence) {
        Producer producer = producers.get(producerId);
        if (producer == null || producer.isOnlyAsked()) {
            boolean isMeant = firstSequence == 0 || (producer != null && producer.isAskedFor(epoch, firstSequence));
            return isMeant ? Verdict.APPEND : Verdict.ASK_AGAIN;
        }
        Verdict verdict = judge(producer, epoch, firstSequence, lastSequence);
        return verdict == Verdict.OUT_OF_ORDER && producer.isToAskFor(epoch, firstSequence)
                ? Verdict.ASK_AGAIN
                : verdict;
    }

    /**
     * The producer was asked to send that again. Of several of an unknown one that were under way the first is to come first.
     */
    void asked(long producerId, short epoch, int firstSequence, long nowMs) {
        Producer before = producers.get(producerId);
        if (before != null && !before.isOnlyAsked()) {
            before.askFor(epoch, firstSequence);
            return;
        }
        boolean isLater = before != null && before.epoch == epoch && before.isAskedForEarlierThan(firstSequence);
        if (!isLater) {
            producers.put(producerId, Producer.askedFor(epoch, firstSequence, nowMs));
        }
    }

    Verdict judge(long producerId, short epoch, int firstSequence, int lastSequence) {
        return judge(producers.get(producerId), epoch, firstSequence, lastSequence);
    }

    private Verdict judge(@Nullable Producer producer, short epoch, int firstSequence, int lastSequence) {
        if (producer == null || producer.isOnlyAsked()) {
            return Verdict.APPEND;
        }
        if (epoch != producer.epoch) {
            boolean isNewer = epoch > producer.epoch;
            return !isNewer ? Verdict.FENCED : firstSequence == 0 ? Verdict.APPEND : Verdict.OUT_OF_ORDER;
        }
        for (int i = 0; i < producer.count; i++) {
            if (producer.firstSequences[i] == firstSequence && producer.lastSequences[i] == lastSequence) {
                repeatedOffset = producer.baseOffsets[i];
                return Verdict.REPEAT;
            }
        }
        if (firstSequence == next(producer.lastSequences[producer.newest])) {
            return Verdict.APPEND;
        }
        return producer.hasAppended(firstSequence, lastSequence) ? Verdict.OLD_REPEAT : Verdict.OUT_OF_ORDER;
    }

    /** Base offset of the batch that the last {@link Verdict#REPEAT} was about. */
    long repeatedOffset() {
        return repeatedOffset;
    }

    /** Sequences wrap from the largest int to 0. */
    private static int next(int sequence) {
        return sequence == Integer.MAX_VALUE ? 0 : sequence + 1;
    }

    void appended(long producerId, short epoch, int firstSequence, int lastSequence, long baseOffset, long nowMs) {
        Producer producer = producers.get(producerId);
        if (producer == null || producer.epoch != epoch || producer.isOnlyAsked()) {
            producer = new Producer(epoch);
            producers.put(producerId, producer);
        }
        producer.add(firstSequence, lastSequence, baseOffset);
        producer.lastAppendMs = nowMs;
    }

    /** A batch that another shard appended: what lies between it and the one before was forgotten there. */
    void imported(long producerId, short epoch, int firstSequence, int lastSequence, long baseOffset, long nowMs) {
        Producer producer = producers.get(producerId);
        if (producer != null
                && producer.epoch == epoch
                && !producer.isOnlyAsked()
                && firstSequence != next(producer.lastSequences[producer.newest])) {
            producers.remove(producerId);
        }
        appended(producerId, epoch, firstSequence, lastSequence, baseOffset, nowMs);
    }

    /** All of them; {@code lastTimestampMs} is shard time. */
    List<ActiveProducer> active() {
        List<ActiveProducer> active = new ArrayList<>(producers.size());
        producers.forEachLong((id, producer) -> {
            if (!producer.isOnlyAsked()) {
                active.add(new ActiveProducer(
                        id, producer.epoch, producer.lastSequences[producer.newest], producer.lastAppendMs));
            }
        });
        return active;
    }

    void expire(long idleSinceMs) {
        producers.values().removeIf(producer -> producer.lastAppendMs < idleSinceMs);
    }

    LongHashSet newestBaseOffsets() {
        LongHashSet offsets = new LongHashSet();
        producers.values().stream()
                .filter(producer -> !producer.isOnlyAsked())
                .forEach(producer -> offsets.add(producer.baseOffsets[producer.newest]));
        return offsets;
    }

    int size() {
        return producers.size();
    }

    int encodedBytes() {
        return 4 + producers.size() * (8 + 2 + 8 + 1 + Producer.KEPT * 16 + 4);
    }

    /**
     * For each producer its id, epoch and last append, the complement of the number of its batches, these, and how many
     * sequences are known as appended; of one without batches the sequence that it was asked for. Before version 4 of the checkpoint it was the number itself, and nothing behind them.
     */
    void encode(ByteBuffer out) {
        out.putInt(producers.size());
        for (long id : sortedIds()) {
            Producer producer = Objects.requireNonNull(producers.get(id));
            out.putLong(id).putShort(producer.epoch).putLong(producer.lastAppendMs);
            out.put((byte) ~producer.count);
            for (int i = 0; i < producer.count; i++) {
                int at = (producer.newest + 1 + Producer.KEPT - producer.count + i) % Producer.KEPT;
                out.putInt(producer.firstSequences[at]).putInt(producer.lastSequences[at]);
                out.putLong(producer.baseOffsets[at]);
            }
            out.putInt(producer.run);
        }
    }

    /** A hash table's order depends on its past: equal tables must have equal bytes. */
    private long[] sortedIds() {
        long[] ids = new long[producers.size()];
        int count = 0;
        for (Long2ObjectHashMap<Producer>.KeyIterator keys = producers.keySet().iterator(); keys.hasNext(); ) {
            ids[count++] = keys.nextLong();
        }
        Arrays.sort(ids);
        return ids;
    }

    /** Reads what {@link #encode} wrote, in this version or an earlier one; null if there are none, as mostly. */
    static @Nullable ProducerTable decode(ByteBuffer in) {
        int count = in.getInt();
        if (count == 0) {
            return null;
        }
        ProducerTable table = new ProducerTable();
        for (int i = 0; i < count; i++) {
            long id = in.getLong();
            Producer producer = new Producer(in.getShort());
            producer.lastAppendMs = in.getLong();
            int told = in.get();
            int batches = told < 0 ? ~told : told;
            for (int b = 0; b < batches; b++) {
                producer.add(in.getInt(), in.getInt(), in.getLong());
            }
            if (told < 0) {
                producer.run = in.getInt();
            }
            table.producers.put(id, producer);
        }
        return table;
    }

    private static final class Producer {
        static final int KEPT = 5;

        /** Sequences wrap: what lies further back cannot be told from what is still to come. */
        private static final int RUN_MAX = 1 << 30;

        private final short epoch;
        private final int[] firstSequences = new int[KEPT];
        private final int[] lastSequences = new int[KEPT];
        private final long[] baseOffsets = new long[KEPT];
        private long lastAppendMs;
        private int newest = -1;
        private int count;

        /** So many sequences up to the newest are known to be in the log; without any batch the sequence that was asked for. */
        private int run;

        /** What was ahead of the next sequence since the last append. */
        private @Nullable AskedAhead askedAhead;

        Producer(short epoch) {
            this.epoch = epoch;
        }

        static Producer askedFor(short epoch, int firstSequence, long nowMs) {
            Producer producer = new Producer(epoch);
            producer.run = firstSequence;
            producer.lastAppendMs = nowMs;
            return producer;
        }

        boolean isOnlyAsked() {
            return count == 0;
        }

        boolean isAskedFor(short wantedEpoch, int firstSequence) {
            return isOnlyAsked() && epoch == wantedEpoch && run == firstSequence;
        }

        boolean isAskedForEarlierThan(int firstSequence) {
            return isOnlyAsked() && distance(run, firstSequence) < RUN_MAX;
        }

        boolean isToAskFor(short wantedEpoch, int firstSequence) {
            boolean isAhead = wantedEpoch != epoch || distance(next(lastSequences[newest]), firstSequence) < RUN_MAX;
            return isAhead && (askedAhead == null || !askedAhead.holds(wantedEpoch, firstSequence));
        }

        void askFor(short wantedEpoch, int firstSequence) {
            askedAhead = askedAhead == null || askedAhead.epoch != wantedEpoch
                    ? new AskedAhead(wantedEpoch, firstSequence, firstSequence)
                    : askedAhead.with(firstSequence);
        }

        void add(int firstSequence, int lastSequence, long baseOffset) {
            askedAhead = null;
            newest = (newest + 1) % KEPT;
            firstSequences[newest] = firstSequence;
            lastSequences[newest] = lastSequence;
            baseOffsets[newest] = baseOffset;
            count = Math.min(KEPT, count + 1);
            run = Math.min(RUN_MAX, run + 1 + distance(firstSequence, lastSequence));
        }

        boolean hasAppended(int firstSequence, int lastSequence) {
            int back = distance(firstSequence, lastSequences[newest]);
            return back < run && distance(lastSequence, lastSequences[newest]) <= back;
        }
    }

    private static int distance(int from, int to) {
        return (to - from) & Integer.MAX_VALUE;
    }

    /** First sequences of the first and the last of the batches that were asked for: those between them are not asked for anew. */
    private record AskedAhead(short epoch, int first, int last) {
        boolean holds(short wantedEpoch, int sequence) {
            return epoch == wantedEpoch && distance(first, sequence) <= distance(first, last);
        }

        AskedAhead with(int sequence) {
            return distance(last, sequence) < Producer.RUN_MAX
                    ? new AskedAhead(epoch, first, sequence)
                    : new AskedAhead(epoch, sequence, last);
        }
    }
}
