package io.sluice.broker.api;

/**
 * How a delivery group behaves in a topic. They come from configurations (of the group, then of the topic, then of the
 * broker, then the kind's defaults) and may change at any time: each decision reads those of its moment.
 *
 * @param lockMs how long a member may hold a record before it is given to another; 0: for ever
 * @param attemptsMax how often a record is delivered before it is given up; 0: without end
 * @param backoff how long a record waits after a delivery that failed
 * @param ordering what must not be in flight at the same time
 * @param start where the group begins in a partition it has not been in
 * @param deadLetters what happens to what is given up
 * @param pendingMax records that may be unsettled in a partition: above it nothing new is handed out; 0: no limit
 */
public record DeliveryOptions(
        long lockMs,
        int attemptsMax,
        Backoff backoff,
        Ordering ordering,
        DeliveryStart start,
        DeadLetters deadLetters,
        int pendingMax) {

    /** What must not be in flight at the same time. */
    public enum Ordering {
        /** Anything may. */
        NONE,
        /** Two records of one key; others flow around. Records without a key are in no order. */
        KEY,
        /** Two batches of the partition: the next comes when the last is settled. */
        PARTITION
    }

    /**
     * The wait after attempt n is {@code firstMs * 2^(n-1)}, at most {@code maxMs}; equal values make it fixed.
     *
     * @param firstMs after the first attempt; 0: none
     * @param maxMs the longest, not below the first
     */
    public record Backoff(long firstMs, long maxMs) {
        /** Available again at once. */
        public static final Backoff NONE = new Backoff(0, 0);

        /** How long a record waits after that many attempts. */
        public long afterMs(int attempts) {
            long waitMs = firstMs;
            for (int i = 1; i < attempts && waitMs < maxMs; i++) {
                waitMs *= 2;
            }
            return Math.min(waitMs, maxMs);
        }
    }

    /**
     * What happens to records that are given up.
     *
     * @param isOn whether they are kept; otherwise giving up is settling
     * @param topic name of the topic that keeps them, empty for {@code <topic>.dead}
     * @param copiesRecord whether a dead letter has the record's key, value and headers, or its story only
     * @param isAsInKafka whether they were asked for by the names of
     *     <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-1191">KIP-1191</a>, whose rules and headers they
     *     have then
     */
    public record DeadLetters(boolean isOn, String topic, boolean copiesRecord, boolean isAsInKafka) {
        /** Given up is gone. */
        public static final DeadLetters OFF = new DeadLetters(false, "", true, false);

        /** Into {@code <topic>.dead}. */
        public static final DeadLetters ON = into("");

        /** Into the topic of that name, empty for {@code <topic>.dead}. */
        public static DeadLetters into(String topic) {
            return new DeadLetters(true, topic, true, false);
        }
    }

    /** What groups of the kind do unless told otherwise. */
    public static DeliveryOptions of(DeliveryKind kind) {
        return switch (kind) {
            case SHARE -> standard(30_000, 5, DeadLetters.OFF, 2_000, new DeliveryStart.Latest());
            case REDIS -> standard(0, 0, DeadLetters.OFF, 0, new DeliveryStart.Earliest());
            case JETSTREAM -> standard(30_000, 0, DeadLetters.OFF, 1_000, new DeliveryStart.Earliest());
            case MEMPHIS -> standard(30_000, 2, DeadLetters.ON, 0, new DeliveryStart.Earliest());
            case MQTT -> standard(0, 0, DeadLetters.OFF, 0, new DeliveryStart.Latest());
        };
    }

    private static DeliveryOptions standard(
            long lockMs, int attemptsMax, DeadLetters deadLetters, int pendingMax, DeliveryStart start) {
        return new DeliveryOptions(lockMs, attemptsMax, Backoff.NONE, Ordering.NONE, start, deadLetters, pendingMax);
    }
}
