package io.sluice.broker.api;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What somebody wants to happen to a stream, decided in one place and in order. */
public sealed interface StreamCommand {
    /** The stream it is about. */
    StreamKey key();

    /** How the id of a new entry is found. */
    sealed interface NewId {
        /** The leader's time, or the one behind the last. */
        record Automatic() implements NewId {
            /** The only one. */
            public static final Automatic INSTANCE = new Automatic();
        }

        /** This {@code ms}, and the next seq of it. */
        record OfTime(long ms) implements NewId {}

        /** This one. */
        record Exactly(EntryId id) implements NewId {}
    }

    /**
     * Adds an entry. Answers {@link StreamAnswer.Id}, {@link StreamAnswer.None} if there is no key and none shall be made.
     * Needs WRITE on the topic; to make one CREATE on the cluster or the topic; to trim DELETE.
     *
     * @param makesKey whether a missing stream is made
     * @param id of the new entry
     * @param fields names and values in turn, at least one pair
     * @param trim of the stream afterwards
     */
    record Add(StreamKey key, boolean makesKey, NewId id, List<byte[]> fields, Optional<StreamTrim> trim)
            implements StreamCommand {}

    /** Deletes entries; answers the {@link StreamAnswer.Count} of those there were. Needs DELETE on the topic. */
    record DeleteEntries(StreamKey key, List<EntryId> ids) implements StreamCommand {
        public DeleteEntries {
            ids = List.copyOf(ids);
        }
    }

    /** Trims; answers the {@link StreamAnswer.Count} of entries gone. Needs DELETE on the topic. */
    record Trim(StreamKey key, StreamTrim trim) implements StreamCommand {}

    /**
     * Sets what the stream remembers; answers {@link StreamAnswer.Done}. Needs ALTER on the topic.
     *
     * @param lastId the last id
     * @param entriesAdded how many entries were ever added
     * @param maxDeletedId the largest id that was deleted
     */
    record SetLastId(StreamKey key, EntryId lastId, Optional<Long> entriesAdded, Optional<EntryId> maxDeletedId)
            implements StreamCommand {}

    /** Removes the key with all entries; answers a {@link StreamAnswer.Count} of 1 or 0. Needs DELETE on the topic. */
    record RemoveKey(StreamKey key) implements StreamCommand {}

    /** When an expiry may be set. */
    enum ExpiryRule {
        ALWAYS,
        IF_NONE,
        IF_ANY,
        IF_LATER,
        IF_EARLIER
    }

    /**
     * Sets when the key goes, a time that has passed removing it at once; {@link Long#MAX_VALUE} takes an expiry back.
     * Answers a {@link StreamAnswer.Count} of 1 if that changed anything, else 0. Needs DELETE on the topic.
     */
    record Expire(StreamKey key, long wallMs, ExpiryRule rule) implements StreamCommand {}

    /**
     * Gives the stream another key, removing what was there; answers {@link StreamAnswer.Done}, or KEY_EXISTS if that is not
     * wanted. Needs DELETE on the topics of both keys and CREATE for the new one.
     */
    record Rename(StreamKey key, StreamKey target, boolean mayReplace) implements StreamCommand {}

    /** What the stream is like at this point of a transaction; answers {@link StreamAnswer.Seen}. Needs READ on the topic. */
    record Look(StreamKey key) implements StreamCommand {}

    /**
     * In a transaction: it happens only if the stream is still the one that was seen, none if null. Answers
     * {@link StreamAnswer.Done}, or everything fails with CHANGED_MEANWHILE.
     */
    record Unchanged(StreamKey key, @Nullable StreamView seen) implements StreamCommand {}
}
