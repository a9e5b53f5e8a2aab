package io.sluice.broker.api;

/**
 * For how long a stream remembers under which ids of their own producers added entries.
 *
 * @param durationSeconds 1 to {@link #DURATION_SECONDS_MAX}
 * @param idsMax of one producer, the newest, 1 to {@link #IDS_MAX}
 */
public record OnceLimits(int durationSeconds, int idsMax) {
    /** A day. */
    public static final int DURATION_SECONDS_MAX = 86_400;

    /** More are not remembered of one producer. */
    public static final int IDS_MAX = 10_000;

    /** Those of a stream for which nobody wanted others, as in Redis 8.6. */
    public static final OnceLimits STANDARD = new OnceLimits(100, 100);

    /** Throws {@link IllegalArgumentException} outside of these bounds. */
    public OnceLimits {
        if (durationSeconds < 1 || durationSeconds > DURATION_SECONDS_MAX || idsMax < 1 || idsMax > IDS_MAX) {
            throw new IllegalArgumentException(durationSeconds + " s, " + idsMax + " ids");
        }
    }

    /** The duration in milliseconds. */
    public long durationMs() {
        return durationSeconds * 1_000L;
    }
}
