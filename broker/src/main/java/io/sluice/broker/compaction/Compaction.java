package io.sluice.broker.compaction;

import io.sluice.broker.config.CompactionConfigs;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.common.Clock;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.Worker;
import io.sluice.log.CompactionReport;
import io.sluice.replication.CompactionStoppedException;
import io.sluice.replication.Compactor;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts one partition after the other on a thread of its own, beside appends and reads, which never wait for it. Begins
 * again at once as long as there is something to do, and looks every {@code log.cleaner.backoff.ms} otherwise.
 */
public final class Compaction implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

    private static final int REST_STEP_MS = 1_000;

    private final Supplier<Iterable<CompactedPartition>> partitions;
    private final Clock clock;
    private final ThreadFactory threads;
    private final LiveConfigs broker;
    private final Pace pace;
    private final Candidates candidates = new Candidates();
    private final LongAdder passes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder readBytes = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();
    private final LongAdder freedBytes = new LongAdder();
    private final LongAdder removedRecords = new LongAdder();
    private volatile double largestRatio;
    private volatile int restingCount;
    private volatile boolean isRunning;
    private final Worker worker = new Worker();
    private final ExecutorService readAhead;

    /** Nothing runs before {@link #start}; {@code appended} rises with each append, which compaction lets go first. */
    public Compaction(
            Supplier<Iterable<CompactedPartition>> partitions,
            LiveConfigs broker,
            LongSupplier appended,
            Clock clock,
            ThreadFactory threads) {
        this.partitions = partitions;
        this.clock = clock;
        this.threads = threads;
        this.broker = broker;
        this.readAhead = Executors.newSingleThreadExecutor(named(threads, "sluice-compaction-read"));
        this.pace = new Pace(clock, () -> broker.get(CompactionConfigs.BYTES_PER_SECOND), appended);
    }

    private static ThreadFactory named(ThreadFactory threads, String name) {
        return task -> {
            Thread thread = threads.newThread(task);
            thread.setName(name);
            return thread;
        };
    }

    /** Begins. */
    public void start() {
        worker.start(threads, "sluice-compaction", this::run);
    }

    private void run() {
        try {
            while (true) {
                if (!runOnce()) {
                    rest();
                }
            }
        } catch (CompactionStoppedException stopped) {
            // What stop() asked for.
        }
    }

    /** In steps, so that a shorter backoff counts at once. */
    private void rest() {
        long startNs = clock.nanoTime();
        long restedMs = 0;
        do {
            pace.rest(Math.clamp(broker.get(CompactionConfigs.BACKOFF_MS) - restedMs, 1, REST_STEP_MS));
            restedMs = (clock.nanoTime() - startNs) / 1_000_000;
        } while (restedMs < broker.get(CompactionConfigs.BACKOFF_MS));
    }

    /** Answers whether there was something to do. */
    boolean runOnce() {
        long nowMs = clock.wallMs();
        Optional<Candidates.Candidate> next = candidates.next(partitions.get(), nowMs);
        largestRatio = candidates.largestRatio();
        restingCount = candidates.restingCount();
        next.ifPresent(candidate -> {
            isRunning = true;
            try {
                compact(candidate, nowMs);
            } finally {
                isRunning = false;
            }
        });
        return next.isPresent();
    }

    private void compact(Candidates.Candidate candidate, long nowMs) {
        CompactedPartition partition = candidate.partition();
        Compactor.Order order = new Compactor.Order(
                candidate.debt().endOffset(),
                nowMs,
                partition.cleanup().deleteRetentionMs(),
                broker.get(CompactionConfigs.KEY_BYTES),
                this::read,
                readAhead);
        long startNs = clock.nanoTime();
        try {
            partition.compact(order).ifPresent(report -> count(partition, report, startNs));
        } catch (CompactionStoppedException stopped) {
            throw stopped;
        } catch (RuntimeException failure) {
            // Damage, a batch that cannot be opened, a full disk; and whatever else, since a broker that ends here
            // would end
            // here again after each start. What was exchanged before is good.
            failures.increment();
            candidates.rest(partition, nowMs);
            LOG.warn(
                    "compaction: topic id={} partition={} is left alone for {} s",
                    partition.topicId(),
                    partition.index(),
                    Candidates.REST_MS / 1_000,
                    failure);
        }
    }

    private void read(long bytes) {
        readBytes.add(bytes);
        pace.done(bytes);
    }

    private void count(CompactedPartition partition, CompactionReport report, long startNs) {
        passes.increment();
        writtenBytes.add(report.writtenBytes());
        freedBytes.add(report.freedBytes());
        removedRecords.add(report.removedRecords());
        LOG.info(
                "compaction: topic id={} partition={} up to offset {}: read_bytes={} written_bytes={} freed_bytes={}"
                        + " removed_records={} took_ms={}",
                partition.topicId(),
                partition.index(),
                report.reached().cleanOffset(),
                report.readBytes(),
                report.writtenBytes(),
                report.freedBytes(),
                report.removedRecords(),
                (clock.nanoTime() - startNs) / 1_000_000);
    }

    /** Ends the pass that runs, wherever it is, and the thread. Before the shards stop. */
    public void stop() {
        pace.stop();
        worker.joinUnlessInterrupted();
        readAhead.shutdown();
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        consumer.accept(Metric.counter(
                "sluice_compaction_passes_total", "Passes of compaction over a partition.", passes.sum()));
        consumer.accept(Metric.counter(
                "sluice_compaction_failures_total",
                "Passes that ended at damage or at the disk's refusal.",
                failures.sum()));
        consumer.accept(Metric.counter(
                "sluice_compaction_read_bytes_total", "Bytes of segments read by compaction.", readBytes.sum()));
        consumer.accept(Metric.counter(
                "sluice_compaction_written_bytes_total",
                "Bytes of segments written by compaction.",
                writtenBytes.sum()));
        consumer.accept(Metric.counter(
                "sluice_compaction_freed_bytes_total", "Bytes of disk that compaction gave back.", freedBytes.sum()));
        consumer.accept(Metric.counter(
                "sluice_compaction_removed_records_total",
                "Records removed because a newer one has the same key, and tombstones whose time was over.",
                removedRecords.sum()));
        consumer.accept(Metric.gauge("sluice_compaction_running", "Whether a pass runs: 1 or 0.", isRunning ? 1 : 0));
        consumer.accept(Metric.gauge(
                "sluice_compaction_dirty_ratio_max",
                "Largest share of uncompacted bytes of a compacted partition, at the last look.",
                largestRatio));
        consumer.accept(Metric.gauge(
                "sluice_compaction_resting_partitions",
                "Partitions whose last pass failed and that are left alone for a while.",
                restingCount));
    }
}
