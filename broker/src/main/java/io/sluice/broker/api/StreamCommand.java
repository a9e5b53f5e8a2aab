package io.sluice.broker.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What somebody wants to happen to a stream, decided in one place and in order. */
public sealed interface StreamCommand
        permits StreamCommand.Add,
                StreamCommand.DeleteEntries,
                StreamCommand.Trim,
                StreamCommand.SetLastId,
                StreamCommand.LimitOnce,
                StreamCommand.RememberOnce,
                StreamCommand.RemoveKey,
                StreamCommand.RemoveAll,
                StreamCommand.Expire,
                StreamCommand.Rename,
                StreamCommand.SwapDatabases,
                StreamCommand.Copy,
                StreamCommand.Look,
                StreamCommand.Unchanged,
                GroupCommand {
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
     * An id of the producer's own for an entry, so that adding it again changes nothing.
     *
     * @param producer who adds it
     * @param id of the entry among those of the producer; if empty, the fields and their values, in whatever order, stand for it
     */
    record Once(byte[] producer, Optional<byte[]> id) {}

    /**
     * Adds an entry. Answers {@link StreamAnswer.Id}, {@link StreamAnswer.None} if there is no key and none shall be made; if the
     * stream remembers the entry by {@code once}, the id it got then, whether or not it is still there, and nothing else happens.
     * Needs WRITE on the topic; to make one CREATE on the cluster or the topic; to trim DELETE.
     *
     * @param makesKey whether a missing stream is made
     * @param id of the new entry
     * @param fields names and values in turn, at least one pair
     * @param trim of the stream afterwards
     * @param once what tells it from others
     */
    record Add(
            StreamKey key,
            boolean makesKey,
            NewId id,
            List<byte[]> fields,
            Optional<StreamTrim> trim,
            Optional<Once> once)
            implements StreamCommand {
        /** Whether or not it was added before. */
        public Add(StreamKey key, boolean makesKey, NewId id, List<byte[]> fields, Optional<StreamTrim> trim) {
            this(key, makesKey, id, fields, trim, Optional.empty());
        }
    }

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

    /**
     * Sets for how long ids of {@link Once} are remembered; other limits than before forget all of them. Answers {@link
     * StreamAnswer.Done}. Needs ALTER on the topic.
     *
     * @param durationSeconds empty to leave it, else as {@link OnceLimits} says
     * @param idsMax empty to leave it, else as {@link OnceLimits} says
     */
    record LimitOnce(StreamKey key, Optional<Integer> durationSeconds, Optional<Integer> idsMax)
            implements StreamCommand {}

    /**
     * Remembers an entry that is there as if it had been added by {@code once}, whose id is not empty. Answers {@link
     * StreamAnswer.Done}, also if it is remembered so already. Needs WRITE on the topic.
     */
    record RememberOnce(StreamKey key, Once once, EntryId entryId) implements StreamCommand {}

    /** Removes the key with all entries; answers a {@link StreamAnswer.Count} of 1 or 0. Needs DELETE on the topic. */
    record RemoveKey(StreamKey key) implements StreamCommand {}

    /**
     * Removes all keys of these databases at once; answers {@link StreamAnswer.Done}. Needs DELETE on the topics of all of them:
     * otherwise DENIED, and nothing is removed.
     *
     * @param mayRemove whether this one may be removed; asked when it is decided, on a thread of the broker
     */
    record RemoveAll(List<Integer> databases, Predicate<StreamKey> mayRemove) implements StreamCommand {
        public RemoveAll {
            databases = List.copyOf(databases);
        }

        /** A place before all keys, for it is about no single one. */
        @Override
        public StreamKey key() {
            return StreamKey.lowest(0, 0);
        }
    }

    /** When an expiry may be set. */
    enum ExpiryRule {
        ALWAYS,
        IF_NONE,
        IF_ANY,
        IF_LATER,
        IF_EARLIER,
        IF_ANY_EARLIER
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

    /**
     * Makes another stream that is like this one, groups, expiry and what it remembers of producers included; answers a {@link
     * StreamAnswer.Count} of 1, or 0 if there is no such key, or something at the target that may not be replaced. Refused as
     * TOO_LARGE beyond 15 MiB, and as UNAVAILABLE if entries are added in the same moment. Needs READ on the topic, WRITE and
     * CREATE on the target's, and to replace it DELETE.
     */
    record Copy(StreamKey key, StreamKey target, boolean mayReplace) implements StreamCommand {}

    /**
     * All keys of either database are those of the other from now on; topics that were not made as streams stay. Answers
     * {@link StreamAnswer.Done}. Needs ALTER on the cluster.
     */
    record SwapDatabases(int first, int second) implements StreamCommand {
        /** None of them. */
        @Override
        public StreamKey key() {
            return new StreamKey(first, new byte[0]);
        }
    }

    /** What the stream is like at this point of a transaction; answers {@link StreamAnswer.Seen}. Needs READ on the topic. */
    record Look(StreamKey key) implements StreamCommand {}

    /**
     * In a transaction: it happens only if the stream is still the one that was seen, none if null. Answers
     * {@link StreamAnswer.Done}, or everything fails with CHANGED_MEANWHILE.
     */
    record Unchanged(StreamKey key, @Nullable StreamView seen) implements StreamCommand {}
}
