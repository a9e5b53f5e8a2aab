package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamKey;
import io.sluice.common.TopicId;

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

    /** The key is free again; the topic is still to be deleted. */
    record Removed(TopicId topicId) implements StreamEvent {}

    /** The stream has another key. */
    record Renamed(TopicId topicId, StreamKey key) implements StreamEvent {}

    /** The metadata knows the topic. */
    record Announced(TopicId topicId) implements StreamEvent {}

    /** The metadata has deleted the topic: nothing remains to be done. */
    record Forgotten(TopicId topicId) implements StreamEvent {}
}
