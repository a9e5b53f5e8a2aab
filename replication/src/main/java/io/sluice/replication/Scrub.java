package io.sluice.replication;

import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.Worker;
import io.sluice.log.DamagedRange;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * The node's scrub thread: reads all sealed segments at a bounded rate, over and over with a rest between two passes, so
 * that damage is known before somebody needs the records or the backup is gone. In a cluster it mends what it or a reader
 * found, and tries again after each pass.
 */
final class Scrub implements MetricSource {
    /** A start has better things to read. */
    private static final long FIRST_REST_MS = 10_000;

    private final NodeParts node;
    private final Collection<Shard> shards;
    private final Object lock = new Object();
    private boolean stopping;
    private final DamageRegister.Mender mender;
    private volatile long readBytes;
    private final Worker worker = new Worker();

    /** Ends a pass wherever it is. */
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("the node stops");
        }
    }

    Scrub(NodeParts node, Collection<Shard> shards) {
        this.node = node;
        this.shards = shards;
        mender = node.member()
                .<DamageRegister.Mender>map(member -> new Mending(node.nodeId(), member.services())::mend)
                .orElse((replica, range) -> false);
    }

    void start() {
        node.damage().whenFresh(this::wake);
        worker.start(node.threads(), "sluice-scrub", this::run);
    }

    private void run() {
        long pauseMs = node.settings().scrubPauseMs();
        try {
            rest(Math.min(FIRST_REST_MS, pauseMs));
            while (true) {
                pass();
                node.damage().mendAll(mender);
                rest(pauseMs);
            }
        } catch (StoppedException stopped) {
            // What stop() asked for.
        }
    }

    private void pass() {
        for (Shard shard : shards) {
            for (PartitionTable.TopicEntry topic : shard.table().topics()) {
                PartitionTable.present(topic).forEach(this::scrub);
            }
        }
    }

    private void scrub(PartitionReplica replica) {
        if (!replica.isDropped()) {
            for (DamagedRange range : replica.log().scrub(this::pace)) {
                node.damage().report(replica, range);
            }
        }
    }

    private void pace(long bytes) {
        readBytes += bytes;
        rest(bytes * 1_000 / node.settings().scrubBytesPerSecond());
    }

    private void rest(long restMs) {
        long untilNs = node.clock().nanoTime() + restMs * 1_000_000;
        long leftMs = restMs;
        while (leftMs > 0) {
            restUntilWoken(leftMs);
            node.damage().mendFresh(mender);
            leftMs = (untilNs - node.clock().nanoTime()) / 1_000_000;
        }
        restUntilWoken(0);
    }

    private void restUntilWoken(long leftMs) {
        synchronized (lock) {
            if (leftMs > 0 && !stopping && !node.damage().hasFresh()) {
                await(leftMs);
            }
            if (stopping) {
                throw new StoppedException();
            }
        }
    }

    private void wake() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    private void await(long leftMs) {
        try {
            lock.wait(leftMs);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    void stop() throws InterruptedException {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
        }
        worker.join();
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        consumer.accept(Metric.counter(
                "sluice_scrub_read_bytes_total", "Bytes of segments read to find damage early.", readBytes));
    }
}
