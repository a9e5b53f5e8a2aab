package io.sluice.broker.api;

/**
 * Which old entries of a stream go.
 *
 * @param bound what stays
 * @param isRough only whole blocks go, so that a little more stays
 * @param limit a rough trim takes no more entries, 0 for any number
 */
public record StreamTrim(Bound bound, boolean isRough, long limit) {
    /** What stays. */
    public sealed interface Bound {}

    /** The newest so many. */
    public record Newest(long count) implements Bound {}

    /** Those from this id on. */
    public record From(EntryId id) implements Bound {}
}
