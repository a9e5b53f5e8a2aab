package io.sluice.broker.api;

import io.sluice.common.ErrorCode;
import io.sluice.log.ReadSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Deliveries: records handed to members of a group one by one, acknowledged, given back, given up. Each group has its
 * own state in each partition: a position, and rows for what is open; what lies below the position and has no row is
 * settled.
 *
 * <pre>
 *                 ┌──────── release, lock ended, member gone ────────┐
 *                 ▼                                                  │
 *   new ───► (available, perhaps later) ───acquire───► acquired ──acknowledge──► settled
 *    └──────────────────acquire──────────────────────────▲ │                        ▲
 *                                              renew ────┘ └─reject, or the last attempt failed
 *                                                            └─► dead-lettering ────┘
 * </pre>
 *
 * <p>Any thread may call. Answers come on the shard's apply thread or inside the call: whoever waits hands over. Everything
 * but {@link #acquire} is durable when it is answered (as durable as the topic): a crash may deliver again what was acquired
 * just before it, with a count that is short by one, but never undoes an acknowledgement.
 *
 * <p>A broker holds a bounded number of groups per partition and of waiting requests per group: GROUP_MAX_SIZE_REACHED, and an
 * empty answer at once.
 *
 * <p>Errors that every call may answer: UNKNOWN_TOPIC_OR_PARTITION, INVALID_GROUP_ID, NOT_LEADER_OR_FOLLOWER (ask again
 * elsewhere, or later), STORAGE_ERROR, and the authorization errors of what the call needs.
 */
public interface DeliveryService {
    /**
     * Hands records to a member: first those that came back, then new ones, in order of offset. The group comes into being
     * in the partition with its first call. The answer may have no runs: there is nothing, or the group has as many
     * unsettled records as it may ({@link DeliveryOptions#pendingMax}). Needs READ on the group and READ on the topic.
     */
    CompletableFuture<Result<Acquired>> acquire(Acquire request);

    /**
     * Completes when an {@link #acquire} may find something, with NONE, and at once if it does already; with an error if
     * it never will. Nothing is promised to whoever waits: another member may be faster. Cancelling or completing the
     * future ends the wait. Needs READ on the group and READ on the topic.
     */
    default CompletableFuture<ErrorCode> awaitWork(DeliveryGroup group) {
        return awaitWork(group, 1);
    }

    /** The same, but not before {@link #workBytes} are at least so many. */
    CompletableFuture<ErrorCode> awaitWork(DeliveryGroup group, long bytesMin);

    /** About how many bytes an {@link #acquire} without limits would find now. Needs what that needs. */
    CompletableFuture<Result<Long>> workBytes(DeliveryGroup group);

    /**
     * Ends deliveries of a member. All settlements or none: INVALID_RECORD_STATE if one names a record that the member
     * does not hold; nothing has changed then. What lies below the partition's first record is settled whatever is said
     * of it. Needs READ on the group and READ on the topic.
     */
    CompletableFuture<ErrorCode> settle(DeliveryGroup group, String member, List<Settlement> settlements);

    /**
     * As {@link #settle} for each of {@code said}, and {@link #acquire}, which comes after them; where the shards are the same
     * in one step, so that the disk is asked once. Needs what these need.
     */
    default Exchange exchange(List<Said> said, Acquire request) {
        List<CompletableFuture<ErrorCode>> settled = new ArrayList<>(said.size());
        said.forEach(each -> settled.add(settle(each.group(), each.member(), each.settlements())));
        return new Exchange(settled, acquire(request));
    }

    /**
     * Reads whole batches from the one that holds the offset, if they were read when records were handed out and are in
     * memory yet: the offset after the last batch, or −1. Never blocks. What is not here is in the partition. For who was
     * handed these records.
     */
    long readHandedOut(DeliveryGroup group, long offset, int maxBytes, ReadSink sink);

    /**
     * The member has gone: what it holds is available again, or given up if that was the last attempt. Answers the number
     * of records. Needs READ on the group and READ on the topic.
     */
    CompletableFuture<Result<Long>> releaseMember(DeliveryGroup group, String member);

    /** Brings the group into being in the partition, at its start; nothing if it is there. Needs READ on the group and READ on the topic. */
    CompletableFuture<ErrorCode> open(DeliveryGroup group);

    /**
     * Puts the group's position and forgets its open rows: who holds one, may settle it no more. Answers the position.
     * Whether members may be there is for the protocol to say. Needs READ on the group and READ on the topic.
     */
    CompletableFuture<Result<Long>> reset(DeliveryGroup group, DeliveryStart start);

    /**
     * Delivers one record again to this group alone, as if for the first time. OFFSET_OUT_OF_RANGE if it is not in the
     * partition, INVALID_RECORD_STATE if it is not settled. Needs READ on the group and READ on the topic.
     */
    CompletableFuture<ErrorCode> reopen(DeliveryGroup group, long offset);

    /** Forgets the group in the partition: GROUP_ID_NOT_FOUND if it is not there. Needs DELETE on the group and READ on the topic. */
    CompletableFuture<ErrorCode> delete(DeliveryGroup group);

    /** The group in one partition: GROUP_ID_NOT_FOUND if it is not there. Needs DESCRIBE on the group and DESCRIBE on the topic. */
    CompletableFuture<Result<Description>> describe(DeliveryGroup group);

    /**
     * All groups in all partitions, or those of one kind; of one name if there is one. Leaves out groups and topics that
     * the caller may not DESCRIBE.
     */
    CompletableFuture<List<Description>> list(Optional<DeliveryKind> kind, Optional<String> name);

    /** What applies to the group in the topic now. Needs DESCRIBE on the group. */
    Result<DeliveryOptions> options(DeliveryKind kind, String name, Topic topic);

    /**
     * What a member wants.
     *
     * @param group where
     * @param member who, as the protocol names it; not empty
     * @param recordsMax most records, at least 1
     * @param bytesMax about so many bytes, and at least one batch
     * @param limit what happens at {@code recordsMax}
     * @param waitMs how long to wait for something, 0 not at all; who waits longest is served first
     * @param isGone true once nobody wants the answer any more: then nothing is handed out; asked on the apply thread
     */
    record Acquire(
            DeliveryGroup group,
            String member,
            int recordsMax,
            int bytesMax,
            Limit limit,
            long waitMs,
            BooleanSupplier isGone) {
        /** Without waiting. */
        public static Acquire now(DeliveryGroup group, String member, int recordsMax, int bytesMax, Limit limit) {
            return new Acquire(group, member, recordsMax, bytesMax, limit, 0, () -> false);
        }
    }

    /** What happens at the most records of an {@link Acquire} ({@code share.acquire.mode} of KIP-1206). */
    enum Limit {
        /** The batch that crosses it is handed out whole ({@code batch_optimized}). */
        WHOLE_BATCHES,
        /** It is kept ({@code record_limit}). */
        EXACT
    }

    /**
     * What a member got.
     *
     * @param runs in order of offset; each lies within one stored batch
     * @param lockMs how long the member may hold them, 0 for ever
     */
    record Acquired(List<Run> runs, long lockMs) {}

    /**
     * What a member says in a partition.
     *
     * @param group where
     * @param member who
     * @param settlements all of them or none
     */
    record Said(DeliveryGroup group, String member, List<Settlement> settlements) {}

    /**
     * Answers of {@link #exchange}.
     *
     * @param settled of each that was said, in its order
     * @param acquired what is handed out
     */
    record Exchange(List<CompletableFuture<ErrorCode>> settled, CompletableFuture<Result<Acquired>> acquired) {}

    /** Neighbouring offsets with the same number of deliveries, this one included. Some may have no record (compaction). */
    record Run(long firstOffset, long lastOffset, int deliveryCount) {}

    /** What a member says of records it holds. */
    enum Verdict {
        /** Done. */
        ACKNOWLEDGE,
        /** There is no such record (a gap of compaction): done too. */
        GAP,
        /** Give it to somebody, now or after the settlement's delay; given up if that was the last attempt. */
        RELEASE,
        /** Nobody can process it: given up now. */
        REJECT,
        /** Still working on it: the lock begins anew. */
        RENEW
    }

    /**
     * A verdict over neighbouring offsets.
     *
     * @param firstOffset the first
     * @param lastOffset the last, not before the first
     * @param verdict what is said
     * @param delayMs of a release: not available before so long, −1 for the group's backoff
     * @param reason of a reject or release: what went wrong, for the dead letter; may be empty
     */
    record Settlement(long firstOffset, long lastOffset, Verdict verdict, long delayMs, String reason) {
        /** With the group's backoff and without a reason. */
        public Settlement(long firstOffset, long lastOffset, Verdict verdict) {
            this(firstOffset, lastOffset, verdict, -1, "");
        }
    }

    /**
     * A group in a partition as people see it. Counts are of records.
     *
     * @param group which
     * @param position below it everything is settled, but for what is counted here
     * @param firstOpenOffset the lowest offset that is not settled: the share partition's start offset
     * @param endOffset the partition's end
     * @param acquired held by members
     * @param available came back and wait for a member, or wait for the records of their key before them
     * @param delayed wait for their time
     * @param deadLettering on their way into the dead-letter topic
     * @param oldestHeldMs how long ago the row that is to end first was handed out, −1 if none is held or it is not known
     * @param redeliveries deliveries beyond the first, since this node leads
     * @param deadLetters records given up, since this node leads
     */
    record Description(
            DeliveryGroup group,
            long position,
            long firstOpenOffset,
            long endOffset,
            long acquired,
            long available,
            long delayed,
            long deadLettering,
            long oldestHeldMs,
            long redeliveries,
            long deadLetters) {
        /** Records that are not settled. */
        public long lag() {
            return Math.max(0, endOffset - position) + acquired + available + delayed + deadLettering;
        }
    }
}
