package io.sluice.replication.raft;

import io.sluice.common.PeerConnection;
import java.util.concurrent.TimeUnit;

/**
 * What is known of a connection by what comes over it. A network may swallow everything without a word, and its two ends
 * would believe in the connection for a quarter of an hour. Any thread.
 */
final class PeerLine {
    /** More than a node that collects garbage or waits for a processor is silent. */
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long NOTHING_ASKED = Long.MIN_VALUE;

    private final PeerConnection connection;
    private volatile boolean wasHeard;
    private volatile long unansweredSinceNs = NOTHING_ASKED;

    PeerLine(PeerConnection connection) {
        this.connection = connection;
    }

    /** Something was asked over it at that time. */
    void asked(long nowNs) {
        if (unansweredSinceNs == NOTHING_ASKED) {
            unansweredSinceNs = nowNs;
        }
    }

    /** Something came over it. */
    void heard() {
        wasHeard = true;
        unansweredSinceNs = NOTHING_ASKED;
    }

    /** Whether it ever carried anything from the other node. */
    boolean wasHeard() {
        return wasHeard;
    }

    /** A call over it had no answer in time: the connection ends if nothing came for long, and the next call makes a new one. */
    boolean endIfDead(long nowNs) {
        long sinceNs = unansweredSinceNs;
        boolean isDead = sinceNs != NOTHING_ASKED && nowNs - sinceNs > SILENCE_NS;
        if (isDead) {
            connection.close();
        }
        return isDead;
    }
}
