package io.sluice.network;

import io.sluice.common.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** At most one warning a second, so that a hostile client cannot fill the log; says how many it kept back. Any thread. */
public final class RateLimitedLog {
    private static final long INTERVAL_NS = 1_000_000_000L;
    private final Logger log;
    private final Clock clock;
    private final AtomicLong nextNs;
    private final AtomicLong keptBack = new AtomicLong();

    /** Writes to the logger. */
    public RateLimitedLog(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
        nextNs = new AtomicLong(clock.nanoTime());
    }

    /** Writes the line, or counts it. */
    public void warn(String line) {
        long now = clock.nanoTime();
        long due = nextNs.get();
        if (now - due < 0 || !nextNs.compareAndSet(due, now + INTERVAL_NS)) {
            keptBack.incrementAndGet();
            return;
        }
        long unseen = keptBack.getAndSet(0);
        if (unseen == 0) {
            log.warn("{}", line);
        } else {
            log.warn("{} (and {} such lines before it)", line, unseen);
        }
    }
}
