package io.sluice.broker.delivery;

/** A consumer of an entry group. Owner: the shard's apply thread; changed by the group only. */
final class EntryConsumer {
    private final int number;
    private final String name;
    private long seenMs;
    private long activeMs;
    private long lastSeenMs;
    private int pendingCount;

    EntryConsumer(int number, String name, long seenMs, long activeMs) {
        this.number = number;
        this.name = name;
        this.seenMs = seenMs;
        this.activeMs = activeMs;
    }

    int number() {
        return number;
    }

    String name() {
        return name;
    }

    /** When it last asked for something and got it, or at least as late. */
    long seenMs() {
        return seenMs;
    }

    /** When it last asked, as this leader knows: asking in vain is not journaled. */
    long lastSeenMs() {
        return Math.max(seenMs, lastSeenMs);
    }

    /** When it last got something, negative for never. */
    long activeMs() {
        return activeMs;
    }

    int pendingCount() {
        return pendingCount;
    }

    void times(long newSeenMs, long newActiveMs) {
        seenMs = newSeenMs;
        activeMs = newActiveMs;
    }

    void asked(long wallMs) {
        lastSeenMs = wallMs;
    }

    void addPending(int change) {
        pendingCount += change;
    }
}
