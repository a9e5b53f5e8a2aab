package io.sluice.broker.api;

import java.util.List;
import java.util.Optional;

/** What became of a {@link GroupCommand}. Times are wall time in milliseconds. */
public sealed interface GroupAnswer extends StreamAnswer {
    /** In the place of a lag that is not known. A known one is negative if somebody told a group that it has read too much. */
    long UNKNOWN_LAG = Long.MIN_VALUE;

    /** There is no such stream, or it has no such group; nothing happened. */
    record NoGroup(StreamKey key, boolean hasKey) implements GroupAnswer {}

    /** What was handed out, of each stream that has something to tell; in the order asked. */
    record Handed(List<HandedStream> streams) implements GroupAnswer {}

    /**
     * Entries of one stream.
     *
     * @param view from which to read them; what it lacks has been deleted
     */
    record HandedStream(StreamKey key, StreamView view, HandedEntries entries) {}

    /**
     * What was claimed.
     *
     * @param next from where on to look for more; 0-0 at the end
     * @param gone entries that were pending and are no more, because they have been deleted
     */
    record Claimed(StreamView view, HandedEntries entries, EntryId next, List<EntryId> gone) implements GroupAnswer {}

    /** A number for each id, as the command says. */
    record Outcomes(List<Integer> each) implements GroupAnswer {}

    /** Consumers that have something, in the order of names; ids are empty if nothing is pending. */
    record PendingSum(long count, Optional<EntryId> first, Optional<EntryId> last, List<Holder> holders)
            implements GroupAnswer {}

    /** A consumer and how much it has. */
    record Holder(String consumer, long count) {}

    /** Pending entries in the order of ids, at that time. */
    record PendingList(List<PendingEntry> entries, long wallMs) implements GroupAnswer {}

    /** All groups in the order of names. */
    record Groups(StreamView view, List<GroupSeen> groups) implements GroupAnswer {}

    /**
     * A group.
     *
     * @param entriesRead how many entries lie up to its last id, negative if that is not known
     * @param lag how many entries it has yet to read, or {@link #UNKNOWN_LAG}
     * @param pendingCount how many are pending
     * @param pending the first of them, as many as were asked for
     */
    record GroupSeen(
            String name,
            EntryId lastId,
            long entriesRead,
            long lag,
            long pendingCount,
            List<PendingEntry> pending,
            List<ConsumerSeen> consumers) {}

    /**
     * A consumer.
     *
     * @param seenMs when it last asked for something
     * @param activeMs when it last got something, negative for never
     */
    record ConsumerSeen(String name, long pendingCount, long seenMs, long activeMs, List<PendingEntry> pending) {}

    /** The consumers of a group in the order of names, at that time. */
    record Consumers(List<ConsumerSeen> consumers, long wallMs) implements GroupAnswer {}
}
