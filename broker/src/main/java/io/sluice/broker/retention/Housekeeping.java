package io.sluice.broker.retention;

import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.common.Clock;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the periodic rounds on one thread of its own. */
public final class Housekeeping implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** Kafka's {@code log.initial.task.delay.ms}: a start has better things to do. */
    private static final long FIRST_DELAY_MAX_MS = 30_000;

    private static final long REPAIR_INTERVAL_MS = 1_000;
    private static final long STOP_WAIT_SECONDS = 5;

    private final Supplier<Iterable<RetainedPartition>> partitions;
    private final LongAdder removedRecords = new LongAdder();
    private final Retention retention;
    private final ProducerExpiry expiry;
    private final ScheduledThreadPoolExecutor executor;

    /** Nothing runs before {@link #start}. */
    public Housekeeping(
            Supplier<Iterable<RetainedPartition>> partitions, LiveConfigs broker, Clock clock, ThreadFactory threads) {
        this.partitions = partitions;
        this.retention = new Retention(clock, removedRecords);
        this.expiry = new ProducerExpiry(() -> broker.get(BrokerConfigs.PRODUCER_EXPIRATION_MS));
        this.executor = new ScheduledThreadPoolExecutor(1, threads);
    }

    /** Begins; {@code repair} is called every second and must be cheap when there is nothing to do. */
    public void start(LiveConfigs broker, Runnable repair) {
        every(REPAIR_INTERVAL_MS, repair);
        every(broker.get(BrokerConfigs.RETENTION_CHECK_INTERVAL_MS), () -> retention.run(partitions.get()));
        every(broker.get(BrokerConfigs.PRODUCER_EXPIRATION_CHECK_MS), () -> expiry.run(partitions.get()));
    }

    private void every(long intervalMs, Runnable round) {
        var unused = executor.scheduleWithFixedDelay(
                () -> runLogged(round), Math.min(intervalMs, FIRST_DELAY_MAX_MS), intervalMs, TimeUnit.MILLISECONDS);
    }

    /** The outermost frame: a round that fails must not end those that follow. */
    private static void runLogged(Runnable round) {
        try {
            round.run();
        } catch (RuntimeException e) {
            LOG.error("a round of housekeeping failed; the next one will try again", e);
        } catch (Error e) {
            // The executor would keep it to itself, and these rounds would be over without anybody knowing.
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            throw e;
        }
    }

    /** Lets a round that runs end, for some seconds at most; no thread is interrupted, since that closes open files. */
    public void stop() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_WAIT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a round of housekeeping still runs while the broker stops");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        consumer.accept(Metric.counter(
                "sluice_retention_removed_records_total",
                "Records that retention proposed to remove.",
                removedRecords.sum()));
    }
}
