package io.sluice.broker.api;

import java.util.List;
import java.util.Optional;

/**
 * What somebody wants of a stream's consumer groups, as Redis has them: a group hands each entry to one of its consumers and
 * keeps it as pending until it is acknowledged. Names of groups and consumers are bytes, a character each, so that they sort
 * as bytes do. Where the stream or the group is missing the answer is {@link GroupAnswer.NoGroup}, unless said otherwise; what
 * a command needs is READ on the topic and READ on the group, unless said otherwise.
 */
public sealed interface GroupCommand extends StreamCommand {
    /** One command hands out no more entries of a stream. */
    int ENTRIES_MAX = 100_000;

    /** Number of entries that a group has read, if it is not known. */
    long UNKNOWN = -1;

    /** The group it is about; empty if it is about all of them. */
    String group();

    /**
     * Makes a group; answers {@link StreamAnswer.Done} or GROUP_EXISTS. To make the stream it needs what
     * {@link StreamCommand.Add} needs for it.
     *
     * @param after the group begins behind this id; empty for the last one
     * @param makesKey whether a missing stream is made
     * @param entriesRead how many entries lie up to there, {@link #UNKNOWN} if that is not known
     */
    record CreateGroup(StreamKey key, String group, Optional<EntryId> after, boolean makesKey, long entriesRead)
            implements GroupCommand {}

    /** Makes a group go on behind another id; answers {@link StreamAnswer.Done}. */
    record SetPosition(StreamKey key, String group, Optional<EntryId> after, long entriesRead)
            implements GroupCommand {}

    /** Removes a group with all it keeps; answers a {@link StreamAnswer.Count} of 1 or 0. Needs DELETE on the group. */
    record DestroyGroup(StreamKey key, String group) implements GroupCommand {}

    /** Makes a consumer; answers a {@link StreamAnswer.Count} of 1, 0 if there was one. */
    record CreateConsumer(StreamKey key, String group, String consumer) implements GroupCommand {}

    /** Removes a consumer; answers the {@link StreamAnswer.Count} of its pending entries, which are forgotten. */
    record RemoveConsumer(StreamKey key, String group, String consumer) implements GroupCommand {}

    /**
     * Where one stream is read from.
     *
     * @param after the consumer's own pending entries behind this id; empty for entries that nobody had
     */
    record From(StreamKey key, Optional<EntryId> after) {}

    /**
     * Hands entries to a consumer, of several streams with groups of the same name; answers {@link GroupAnswer.Handed}. A
     * consumer that is missing is made. Needs its rights on all of the topics.
     *
     * @param countMax of each stream, {@link Long#MAX_VALUE} for any
     * @param isAcknowledged new entries count as acknowledged at once
     * @param claimIdleMs entries pending at least so long come first, whoever has them; negative for none
     */
    record ReadGroup(
            List<From> streams, String group, String consumer, long countMax, boolean isAcknowledged, long claimIdleMs)
            implements GroupCommand {
        public ReadGroup {
            streams = List.copyOf(streams);
        }

        @Override
        public StreamKey key() {
            return streams.getFirst().key();
        }
    }

    /** Ends pending entries; answers the {@link StreamAnswer.Count} of those there were, 0 without a group. */
    record Acknowledge(StreamKey key, String group, List<EntryId> ids) implements GroupCommand {}

    /** What becomes of pending entries when an entry is deleted. */
    enum References {
        /** They stay. */
        KEEP,
        /** They go too, in all groups. */
        DELETE,
        /** The entry is deleted only if every group has read it and none has it pending. */
        ACKNOWLEDGED
    }

    /**
     * Acknowledges and deletes entries; answers {@link GroupAnswer.Outcomes}: −1 not pending, 1 deleted, 2 acknowledged but
     * kept for another group. Needs DELETE on the topic too.
     */
    record AcknowledgeAndDelete(StreamKey key, String group, List<EntryId> ids, References references)
            implements GroupCommand {}

    /**
     * Deletes entries; answers {@link GroupAnswer.Outcomes}: −1 no such entry, 1 deleted, 2 kept for a group. Needs DELETE on
     * the topic only.
     */
    record DeleteReferenced(StreamKey key, List<EntryId> ids, References references) implements GroupCommand {
        @Override
        public String group() {
            return "";
        }
    }

    /**
     * How entries are claimed.
     *
     * @param timeMs wall time at which they count as handed out; negative for now
     * @param deliveries what their count is set to; negative to count on
     * @param isForced entries that are not pending become so
     * @param isJustIds nothing is counted, and only ids are wanted
     * @param lastId the group has read at least so far
     */
    record ClaimOptions(long timeMs, long deliveries, boolean isForced, boolean isJustIds, Optional<EntryId> lastId) {}

    /** Gives pending entries to a consumer, if they were pending so long; answers {@link GroupAnswer.Claimed}. */
    record Claim(StreamKey key, String group, String consumer, long idleMs, List<EntryId> ids, ClaimOptions options)
            implements GroupCommand {}

    /** Gives those pending entries from the id on to a consumer that were pending so long; answers {@link GroupAnswer.Claimed}. */
    record ClaimIdle(
            StreamKey key, String group, String consumer, long idleMs, EntryId from, long countMax, boolean isJustIds)
            implements GroupCommand {}

    /** Why entries are given back. */
    enum GiveBackMode {
        /** The consumer goes: this delivery does not count. */
        SILENT,
        /** It failed. */
        FAIL,
        /** It cannot ever succeed: the count becomes the largest there is. */
        FATAL
    }

    /**
     * Makes pending entries nobody's; answers the {@link StreamAnswer.Count} of them.
     *
     * @param deliveries what their count is set to; negative for what the mode says
     * @param isForced entries that are not pending become so
     */
    record GiveBack(
            StreamKey key, String group, GiveBackMode mode, List<EntryId> ids, long deliveries, boolean isForced)
            implements GroupCommand {}

    /** What is pending altogether; answers {@link GroupAnswer.PendingSum}. */
    record SumPending(StreamKey key, String group) implements GroupCommand {}

    /** What is pending from one id to the other, for at least so long; answers {@link GroupAnswer.PendingList}. */
    record ListPending(
            StreamKey key,
            String group,
            long idleMs,
            EntryId from,
            EntryId to,
            long countMax,
            Optional<String> consumer)
            implements GroupCommand {}

    /**
     * All groups of a stream; answers {@link GroupAnswer.Groups}, or NO_SUCH_KEY. Needs DESCRIBE on the topic only.
     *
     * @param pendingMax so many pending entries of each group and each consumer are told as well, {@link #ENTRIES_MAX} in all
     */
    record DescribeGroups(StreamKey key, long pendingMax) implements GroupCommand {
        @Override
        public String group() {
            return "";
        }
    }

    /** The consumers of a group; answers {@link GroupAnswer.Consumers}. Needs DESCRIBE on topic and group. */
    record DescribeConsumers(StreamKey key, String group) implements GroupCommand {}
}
