package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.replication.runtime.CommandRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A partition whose batches the test writes; what lies below {@link #coldBelow} is not in memory. */
final class SimulatedLog implements OpenPartition {
    static final int RECORD_BYTES = 100;

    private final List<BatchSpan> batches = new ArrayList<>();
    private final List<Preparation> preparations = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final Supplier<CommandRunner> runner;
    private DeliveryOptions options;
    private long start;
    private long end;
    private long coldBelow;
    private int loads;
    private LongSupplier wallMs = () -> 0;
    private boolean hasDelays;
    private boolean isLearning;
    private final List<Consumer<Boolean>> learners = new ArrayList<>();

    SimulatedLog(DeliveryOptions options, Supplier<CommandRunner> runner) {
        this.options = options;
        this.runner = runner;
    }

    void append(int records) {
        batches.add(new BatchSpan(end, end + records - 1, records * RECORD_BYTES));
        end += records;
        List.copyOf(listeners).forEach(Listener::grew);
    }

    /** Each record waits until its wall time, 0 for not at all. */
    void appendDue(long... dueMs) {
        hasDelays = true;
        append(dueMs, KeyHashes.NO_KEYS, dueMs.length);
    }

    /** Each record has a key, 0 for none. */
    void appendKeyed(long... keys) {
        append(BatchSpan.ALL_NOW, keys, keys.length);
    }

    /** As both of the others. */
    void appendDueAndKeyed(long[] dueMs, long[] keys) {
        hasDelays = true;
        append(dueMs, keys, keys.length);
    }

    private void append(long[] dueMs, long[] keys, int records) {
        batches.add(new BatchSpan(end, end + records - 1, records * RECORD_BYTES, dueMs, keys));
        end += records;
        List.copyOf(listeners).forEach(Listener::grew);
    }

    /** Hash of the record's key. */
    long key(long offset) {
        return batches.stream()
                .filter(batch -> batch.firstOffset() <= offset && offset <= batch.lastOffset())
                .mapToLong(batch -> batch.key(offset))
                .findFirst()
                .orElse(KeyHashes.NONE);
    }

    /** The wall time that the record waits for. */
    long dueMs(long offset) {
        return batches.stream()
                .filter(batch -> batch.firstOffset() <= offset && offset <= batch.lastOffset())
                .mapToLong(batch -> batch.dueMs(offset))
                .findFirst()
                .orElse(0);
    }

    void wallClock(LongSupplier clock) {
        wallMs = clock;
    }

    @Override
    public long wallMs() {
        return wallMs.getAsLong();
    }

    @Override
    public void learnOptions(Consumer<Boolean> answer) {
        if (isLearning) {
            learners.add(answer);
        } else {
            answer.accept(true);
        }
    }

    /** From now on nobody knows whether the options are those of now, until {@link #learnt} says so. */
    void learn() {
        isLearning = true;
    }

    void learnt(boolean areKnown) {
        List<Consumer<Boolean>> waiting = List.copyOf(learners);
        learners.clear();
        waiting.forEach(each -> each.accept(areKnown));
    }

    @Override
    public boolean hasDelays() {
        return hasDelays;
    }

    /** Compaction left nothing of these. */
    void appendGap(int records) {
        end += records;
    }

    void dropBelow(long offset) {
        start = Math.max(start, Math.min(offset, end));
    }

    void coldBelow(long offset) {
        coldBelow = offset;
    }

    void become(DeliveryOptions changed) {
        options = changed;
    }

    int loads() {
        return loads;
    }

    int listeners() {
        return listeners.size();
    }

    /** Whether there is a record. */
    boolean has(long offset) {
        return offset >= start
                && batches.stream().anyMatch(batch -> batch.firstOffset() <= offset && offset <= batch.lastOffset());
    }

    @Override
    public long startOffset() {
        return start;
    }

    @Override
    public long endOffset() {
        return end;
    }

    @Override
    public int bytesPerRecord() {
        return RECORD_BYTES;
    }

    @Override
    public Spans spans(long offset, int bytesMax) {
        return offset < coldBelow ? Spans.COLD : look(offset, bytesMax, false);
    }

    private Spans look(long offset, int bytesMax, boolean withKeys) {
        List<BatchSpan> found = new ArrayList<>();
        long bytes = 0;
        for (BatchSpan batch : batches) {
            if (batch.lastOffset() < offset) {
                continue;
            }
            bytes += batch.lengthBytes();
            if (bytes > bytesMax && !found.isEmpty()) {
                return new Spans(found, false, found.getLast().lastOffset() + 1);
            }
            long[] keys = withKeys ? batch.keys() : KeyHashes.NO_KEYS;
            found.add(new BatchSpan(batch.firstOffset(), batch.lastOffset(), batch.lengthBytes(), batch.dueMs(), keys));
        }
        return new Spans(found, false, end);
    }

    @Override
    public DeliveryOptions options(DeliveryKind kind, String group) {
        return options;
    }

    @Override
    public CommandRunner runner() {
        return runner.get();
    }

    @Override
    public void load(long offset, boolean withKeys, Consumer<Spans> answer) {
        loads++;
        answer.accept(look(offset, 30 * RECORD_BYTES, withKeys));
    }

    @Override
    public void locate(long timestampMs, LongConsumer answer) {
        answer.accept(Math.min(timestampMs, end));
    }

    @Override
    public void locateAgo(long durationMs, LongConsumer answer) {
        answer.accept(Math.max(start, end - durationMs));
    }

    /** What was read for dead letters, and waits for the test to say how it went. */
    record Preparation(DeadLetterJob job, Consumer<DeadLetterJob.Prepared> answer) {}

    List<Preparation> preparations() {
        return preparations;
    }

    @Override
    public void prepare(DeadLetterJob job, Consumer<DeadLetterJob.Prepared> answer) {
        preparations.add(new Preparation(job, answer));
    }

    @Override
    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(Listener listener) {
        listeners.remove(listener);
    }
}
