package io.sluice.broker.api;

/**
 * What a stream remembers of entries that producers added under ids of their own.
 *
 * @param limits for how long
 * @param producers of which it remembers ids
 * @param tracked ids that it remembers
 * @param added how many entries were ever added so
 * @param repeated how many were ever refused because they were there
 */
public record OnceFigures(OnceLimits limits, long producers, long tracked, long added, long repeated) {
    /** Of a stream that remembers none. */
    public static final OnceFigures NONE = new OnceFigures(OnceLimits.STANDARD, 0, 0, 0, 0);
}
