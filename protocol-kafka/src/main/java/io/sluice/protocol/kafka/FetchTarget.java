package io.sluice.protocol.kafka;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.EpochEnd;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a fetch: what the client wants, what it was told (in a session), and what the fetch under way found.
 * Equal by topic and index. Owner: the fetch that uses it; of one session there is one at a time.
 */
final class FetchTarget {
    /** Zero if the topic is named. */
    final TopicId topicId;

    /** Empty if the topic has an id, even the zero id, which is no topic's. */
    final String topicName;

    final int index;
    private final boolean isById;

    long fetchOffset;
    int bytesMax;
    int currentLeaderEpoch = -1;
    int lastFetchedEpoch = -1;

    private @Nullable Partition partition;
    /** The state of the access rules in which the partition was found. */
    private @Nullable Object accessStamp;

    private long toldEndOffset = -1;
    private long toldStartOffset = -1;

    private ErrorCode error = ErrorCode.NONE;
    private @Nullable EpochEnd divergence;
    private int nearestReplica = PartitionPlacement.NOBODY;
    private long endOffset = -1;
    private long startOffset = -1;
    private int recordsBytes;
    private long reachedOffset;
    private int partsFrom;
    private int partsTo;

    private FetchTarget(TopicId topicId, String topicName, int index, boolean isById) {
        this.topicId = topicId;
        this.topicName = topicName;
        this.index = index;
        this.isById = isById;
    }

    static FetchTarget byId(TopicId topicId, int index) {
        return new FetchTarget(topicId, "", index, true);
    }

    static FetchTarget byName(String topicName, int index) {
        return new FetchTarget(TopicId.ZERO, topicName, index, false);
    }

    void want(FetchTarget wanted) {
        fetchOffset = wanted.fetchOffset;
        bytesMax = wanted.bytesMax;
        currentLeaderEpoch = wanted.currentLeaderEpoch;
        lastFetchedEpoch = wanted.lastFetchedEpoch;
    }

    boolean isSameTopic(FetchTarget other) {
        return topicId.equals(other.topicId) && topicName.equals(other.topicName);
    }

    /** Finds its partition and checks epoch and offset; afterwards {@link #error} and {@link #divergence} say how that went. */
    void check(Broker view, FetchRequest request) {
        error = ErrorCode.NONE;
        divergence = null;
        nearestReplica = PartitionPlacement.NOBODY;
        recordsBytes = 0;
        partsFrom = 0;
        partsTo = 0;
        Partition found = resolve(view);
        if (found == null) {
            return;
        }
        ErrorCode refusal = found.checkReader(fetchOffset, request.mayFollow());
        if (refusal == ErrorCode.NONE) {
            refusal = found.checkEpoch(currentLeaderEpoch);
        }
        if (refusal != ErrorCode.NONE) {
            fail(refusal);
            return;
        }
        startOffset = found.startOffset();
        endOffset = found.endOffset();
        // Before the upper bound, as in Kafka: a reader that is ahead of a log which lost its end learns where it
        // parted.
        if (fetchOffset >= startOffset && lastFetchedEpoch >= 0) {
            checkDivergence(found);
        }
        boolean isBehindEnd = fetchOffset > endOffset && divergence == null;
        if (error == ErrorCode.NONE && (fetchOffset < startOffset || isBehindEnd)) {
            fail(ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        if (error == ErrorCode.NONE && divergence == null && !request.rack().isEmpty()) {
            sendElsewhere(found, view, request.rack());
        }
    }

    /** Only the leader sends readers to others, as in Kafka: it knows who keeps up. */
    private void sendElsewhere(Partition found, Broker view, String rack) {
        if (found.checkLeader() == ErrorCode.NONE) {
            nearestReplica = view.cluster().nearestReplica(found.topic(), index, rack);
        }
    }

    void fail(ErrorCode code) {
        error = code;
        divergence = null;
        recordsBytes = 0;
        endOffset = -1;
        startOffset = -1;
    }

    void found(int bytes, int from, int to) {
        recordsBytes = bytes;
        partsFrom = from;
        partsTo = to;
    }

    /** Node that the client should ask instead, −1 for this one. */
    int nearestReplica() {
        return nearestReplica;
    }

    boolean isElsewhere() {
        return nearestReplica != PartitionPlacement.NOBODY;
    }

    void reached(long offset) {
        reachedOffset = offset;
    }

    /** Where its reader goes on after an answer with records. */
    long reachedOffset() {
        return reachedOffset;
    }

    /** Whether an incremental answer must name it (KIP-227): there is something new to say. */
    boolean hasNews() {
        return recordsBytes > 0
                || error != ErrorCode.NONE
                || divergence != null
                || isElsewhere()
                || endOffset != toldEndOffset
                || startOffset != toldStartOffset;
    }

    /** The client is being told. An error is told again with every answer until it is over, as in Kafka. */
    void told() {
        boolean isPlain = error == ErrorCode.NONE && divergence == null;
        toldEndOffset = isPlain ? endOffset : -1;
        toldStartOffset = startOffset;
    }

    /** Whether records lie before it. */
    boolean hasRecords() {
        return error == ErrorCode.NONE && divergence == null && !isElsewhere() && fetchOffset < endOffset;
    }

    @Nullable
    Partition partition() {
        return partition;
    }

    ErrorCode error() {
        return error;
    }

    @Nullable
    EpochEnd divergence() {
        return divergence;
    }

    long endOffset() {
        return endOffset;
    }

    long startOffset() {
        return startOffset;
    }

    int recordsBytes() {
        return recordsBytes;
    }

    int partsFrom() {
        return partsFrom;
    }

    int partsTo() {
        return partsTo;
    }

    /** The partition, looked up again if the topic has gone, the rules changed, or another caller uses the session. */
    private @Nullable Partition resolve(Broker view) {
        Object stamp = view.access().stamp();
        Partition known = partition;
        if (known != null
                && stamp == accessStamp
                && known.isHere()
                && !known.topic().isDeleted()) {
            return known;
        }
        partition = null;
        accessStamp = stamp;
        Result<Topic> topic = isById
                ? view.topics().find(topicId, Operation.READ)
                : view.topics().find(topicName, Operation.READ);
        if (!topic.isOk()) {
            fail(topic.error());
        } else if (index < 0 || index >= topic.get().partitionCount()) {
            fail(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        } else {
            partition = topic.get().partition(index);
        }
        return partition;
    }

    /** KIP-595: a reader whose last record is of an epoch that ended before its offset has read another history. */
    private void checkDivergence(Partition found) {
        EpochEnd end = found.endOfEpoch(lastFetchedEpoch);
        if (end.leaderEpoch() < 0 || end.endOffset() < 0) {
            fail(ErrorCode.OFFSET_OUT_OF_RANGE);
        } else if (end.leaderEpoch() < lastFetchedEpoch || end.endOffset() < fetchOffset) {
            divergence = end;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FetchTarget target
                && index == target.index
                && topicId.equals(target.topicId)
                && topicName.equals(target.topicName);
    }

    @Override
    public int hashCode() {
        return (topicId.hashCode() * 31 + topicName.hashCode()) * 31 + index;
    }
}
