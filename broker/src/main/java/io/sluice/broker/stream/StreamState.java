package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamKey;
import io.sluice.common.TopicId;
import java.util.List;

/**
 * One stream; immutable, each change makes another. Every record of its partition is an entry, and goes through the machine,
 * so offsets have no gaps and the number of entries follows from them.
 *
 * <pre>
 *   trimmed │ entry  deleted  entry  entry │
 *           firstOffset                    endOffset         length = end − first − deleted
 * </pre>
 *
 * @param topicId of its topic, for ever
 * @param firstOffset of the first entry that is not deleted, endOffset if there is none
 * @param endOffset of the next entry
 * @param lastId of the entry added last, or what was set since
 * @param maxDeletedId largest id deleted by its own name
 * @param entriesAdded ever
 * @param expiresWallMs when it goes, {@link Long#MAX_VALUE} for never
 * @param deleted offsets of deleted entries above firstOffset
 */
record StreamState(
        StreamKey key,
        TopicId topicId,
        long firstOffset,
        long endOffset,
        EntryId lastId,
        EntryId maxDeletedId,
        long entriesAdded,
        long expiresWallMs,
        OffsetSet deleted) {
    static final long NEVER = Long.MAX_VALUE;

    /** Without entries. */
    static StreamState empty(StreamKey key, TopicId topicId) {
        return new StreamState(key, topicId, 0, 0, EntryId.ZERO, EntryId.ZERO, 0, NEVER, OffsetSet.EMPTY);
    }

    long length() {
        return endOffset - firstOffset - deleted.count();
    }

    /** Whether there is an entry at the offset. */
    boolean holds(long offset) {
        return offset >= firstOffset && offset < endOffset && !deleted.contains(offset);
    }

    boolean isExpired(long wallMs) {
        return expiresWallMs <= wallMs;
    }

    /** How many entries lie from the offset to before the other. */
    long countBetween(long fromOffset, long toOffset) {
        long from = Math.max(fromOffset, firstOffset);
        long to = Math.min(toOffset, endOffset);
        return from >= to ? 0 : to - from - deleted.countBetween(from, to);
    }

    /** From where on there are so many entries before the offset. */
    long offsetBack(long beforeOffset, long count) {
        long before = Math.min(beforeOffset, endOffset);
        long from = before;
        long missing = count;
        while (missing > 0 && from > firstOffset) {
            from = Math.max(firstOffset, from - missing);
            missing = count - countBetween(from, before);
        }
        return from;
    }

    /** Before where so many entries lie from the offset on, if there are so many. */
    long offsetAhead(long fromOffset, long count) {
        long to = Math.max(fromOffset, firstOffset);
        long missing = count;
        while (missing > 0 && to < endOffset) {
            to = Math.min(endOffset, to + missing);
            missing = count - countBetween(fromOffset, to);
        }
        return to;
    }

    /** With one more entry. */
    StreamState added(EntryId id) {
        return added(1, id);
    }

    /** With so many more, the last of this id. */
    StreamState added(long count, EntryId id) {
        return new StreamState(
                key,
                topicId,
                firstOffset,
                endOffset + count,
                id,
                maxDeletedId,
                entriesAdded + count,
                expiresWallMs,
                deleted);
    }

    /** Without the entries below the offset. */
    StreamState trimmed(long toOffset) {
        long first = Math.min(endOffset, deleted.nextAbsent(Math.clamp(toOffset, firstOffset, endOffset)));
        return new StreamState(
                key, topicId, first, endOffset, lastId, maxDeletedId, entriesAdded, expiresWallMs, deleted.from(first));
    }

    /** Without these entries, whose offsets rise; the largest of their ids is given. */
    StreamState without(long[] offsets, EntryId largestId) {
        EntryId largest = largestId.isAfter(maxDeletedId) ? largestId : maxDeletedId;
        StreamState next = new StreamState(
                key,
                topicId,
                firstOffset,
                endOffset,
                lastId,
                largest,
                entriesAdded,
                expiresWallMs,
                deleted.with(offsets));
        return next.trimmed(firstOffset);
    }

    /** Without what lies in these runs, which rise; their ids are not remembered. */
    StreamState without(List<OffsetSet.Run> runs) {
        boolean isFirst = !runs.isEmpty() && runs.getFirst().from() <= firstOffset;
        long first = isFirst ? runs.getFirst().to() : firstOffset;
        List<OffsetSet.Run> behind = isFirst ? runs.subList(1, runs.size()) : runs;
        OffsetSet more = behind.isEmpty() ? deleted : deleted.with(behind);
        StreamState next = new StreamState(
                key, topicId, firstOffset, endOffset, lastId, maxDeletedId, entriesAdded, expiresWallMs, more);
        return next.trimmed(first);
    }

    StreamState remembering(EntryId newLastId, long newEntriesAdded, EntryId newMaxDeletedId) {
        return new StreamState(
                key,
                topicId,
                firstOffset,
                endOffset,
                newLastId,
                newMaxDeletedId,
                newEntriesAdded,
                expiresWallMs,
                deleted);
    }

    StreamState expiring(long wallMs) {
        return new StreamState(
                key, topicId, firstOffset, endOffset, lastId, maxDeletedId, entriesAdded, wallMs, deleted);
    }

    StreamState named(StreamKey other) {
        return copied(other, topicId);
    }

    /** Alike, with records of its own at the same offsets. */
    StreamState copied(StreamKey other, TopicId otherTopic) {
        return new StreamState(
                other, otherTopic, firstOffset, endOffset, lastId, maxDeletedId, entriesAdded, expiresWallMs, deleted);
    }
}
