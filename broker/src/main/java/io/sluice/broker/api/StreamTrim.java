package io.sluice.broker.api;

import io.sluice.broker.api.GroupCommand.References;

/**
 * Which old entries of a stream go.
 *
 * @param bound what stays
 * @param isRough only whole blocks go, so that a little more stays
 * @param limit a rough trim takes no more entries, 0 for any number
 * @param references what becomes of entries that groups have pending; entries that a group still needs may stay
 */
public record StreamTrim(Bound bound, boolean isRough, long limit, References references) {
    /** That leaves pending entries of groups alone. */
    public StreamTrim(Bound bound, boolean isRough, long limit) {
        this(bound, isRough, limit, References.KEEP);
    }

    /** What stays. */
    public sealed interface Bound {}

    /** The newest so many. */
    public record Newest(long count) implements Bound {}

    /** Those from this id on. */
    public record From(EntryId id) implements Bound {}
}
