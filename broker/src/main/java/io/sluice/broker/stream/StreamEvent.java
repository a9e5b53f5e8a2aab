package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.StreamKey;
import io.sluice.common.TopicId;
import java.nio.ByteBuffer;
import java.util.List;

/** A change of a shard's streams; formats in the package's description. */
sealed interface StreamEvent {
    /** The stream it is about. */
    TopicId topicId();

    /** There is a stream without entries. */
    record Made(TopicId topicId, StreamKey key) implements StreamEvent {}

    /**
     * What the stream's numbers are from now on.
     *
     * @param deleted offsets of entries that are deleted in addition, rising
     */
    record Changed(
            TopicId topicId,
            long firstOffset,
            long endOffset,
            EntryId lastId,
            EntryId maxDeletedId,
            long entriesAdded,
            long expiresWallMs,
            long[] deleted)
            implements StreamEvent {}

    /** The entries before the offset that no group has pending are deleted. */
    record Cleared(TopicId topicId, long endOffset) implements StreamEvent {}

    /** The key is free again; the topic is still to be deleted. */
    record Removed(TopicId topicId) implements StreamEvent {}

    /** All keys of some databases are free again; their topics are still to be deleted. It is about no single stream. */
    record Flushed(List<Integer> databases) implements StreamEvent {
        @Override
        public TopicId topicId() {
            return TopicId.ZERO;
        }
    }

    /** The stream has another key. */
    record Renamed(TopicId topicId, StreamKey key) implements StreamEvent {}

    /** The metadata knows the topic. */
    record Announced(TopicId topicId) implements StreamEvent {}

    /** The metadata has deleted the topic: nothing remains to be done. */
    record Forgotten(TopicId topicId) implements StreamEvent {}

    /** The stream has one more group. */
    record GroupMade(TopicId topicId, String group, EntryId lastId, long nextOffset, long entriesRead)
            implements StreamEvent {}

    /** The group is gone. */
    record GroupGone(TopicId topicId, String group) implements StreamEvent {}

    /** A group has changed, as {@link io.sluice.broker.delivery.GroupChanges} says. */
    record GroupChanged(TopicId topicId, String group, ByteBuffer changes) implements StreamEvent {}

    /** There is a stream that is like the source, groups and all. */
    record Copied(TopicId topicId, TopicId source, StreamKey key) implements StreamEvent {}

    /** What a stream remembers of ids of producers has changed. */
    sealed interface OfOnce extends StreamEvent {}

    /** It remembers none any more, and others by these limits. */
    record OnceLimited(TopicId topicId, OnceLimits limits) implements OfOnce {}

    /** An entry was added at that wall time, under this id. */
    record OnceAdded(TopicId topicId, OnceKey key, EntryId id, long wallMs) implements OfOnce {}

    /** An entry was not added again. */
    record OnceRepeated(TopicId topicId) implements OfOnce {}

    /** What was added at that wall time or before is forgotten. */
    record OnceForgotten(TopicId topicId, long wallMs) implements OfOnce {}

    /** The keys of either database are those of the other. */
    record Swapped(int first, int second) implements StreamEvent {
        private static final TopicId OF_NONE = new TopicId(0, 0);

        @Override
        public TopicId topicId() {
            return OF_NONE;
        }

        /** The key in the other of the two. */
        StreamKey other(StreamKey key) {
            return new StreamKey(key.database() == first ? second : first, key.name());
        }
    }
}
