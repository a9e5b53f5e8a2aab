package io.sluice.server.control;

import io.sluice.common.Clock;
import io.sluice.replication.BackupProgress;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Says once a second how far a copy is, and keeps it at its pace so that clients do not notice it. Used by one thread. */
public final class PacedProgress implements BackupProgress {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MEBIBYTE = 1 << 20;

    private final Clock clock;
    private final long bytesPerSecond;
    private final Consumer<String> lines;
    private final long startNs;
    private long toldNs;
    private long plannedBytes;
    private long copiedBytes;

    /** At most so many bytes a second on average. */
    public PacedProgress(Clock clock, long bytesPerSecond, Consumer<String> lines) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.lines = lines;
        this.startNs = clock.nanoTime();
        this.toldNs = startNs;
    }

    @Override
    public void planned(long bytes) {
        plannedBytes = bytes;
    }

    @Override
    public void copied(long bytes) {
        copiedBytes += bytes;
        long dueNs = startNs + (long) ((double) copiedBytes / bytesPerSecond * SECOND_NS);
        tellNowAndThen();
        long nowNs = clock.nanoTime();
        while (nowNs - dueNs < 0) {
            LockSupport.parkNanos(Math.min(dueNs - nowNs, SECOND_NS));
            tellNowAndThen();
            nowNs = clock.nanoTime();
        }
    }

    private void tellNowAndThen() {
        if (clock.nanoTime() - toldNs >= SECOND_NS) {
            toldNs = clock.nanoTime();
            lines.accept("copied " + copiedBytes / MEBIBYTE + " of " + Math.max(copiedBytes, plannedBytes) / MEBIBYTE
                    + " MiB");
        }
    }
}
