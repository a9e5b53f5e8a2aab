package io.sluice.server.node;

import io.sluice.network.Tls;
import io.sluice.network.TlsException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second whether certificates or keys have changed, and has them read again: a renewed certificate is in use
 * without a restart. What cannot be used is told and the last good one kept. One virtual thread.
 */
final class TlsWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsWatch.class);
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final List<Tls> watched;
    private final Thread thread;
    private volatile boolean isStopped;

    TlsWatch(List<Tls> watched) {
        this.watched = List.copyOf(watched);
        thread = Thread.ofVirtual().name("sluice-tls-watch").unstarted(this::run);
    }

    void start() {
        if (!watched.isEmpty()) {
            thread.start();
        }
    }

    private void run() {
        while (!isStopped) {
            LockSupport.parkNanos(INTERVAL_NS);
            watched.forEach(TlsWatch::look);
        }
    }

    private static void look(Tls tls) {
        try {
            if (tls.reloadIfChanged()) {
                LOG.info("certificate read again, valid until {}", Instant.ofEpochMilli(tls.expiresMs()));
            }
        } catch (TlsException e) {
            LOG.error("changed key material is not used, the last good stays in force: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        isStopped = true;
        LockSupport.unpark(thread);
    }
}
