package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.sluice.common.TopicId;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.MalformedRequestException;
import java.util.ArrayList;
import java.util.List;

/**
 * A Fetch request, versions 4 to 18. Replica and cluster fields are read over.
 *
 * @param version of the request
 * @param maxWaitMs how long to wait for {@code minBytes}
 * @param minBytes how much must be there before the wait ends
 * @param maxBytes of all partitions together
 * @param isReadCommitted whether the answer lists aborted transactions
 * @param sessionId 0 for none
 * @param sessionEpoch 0 asks for a session, −1 wants none
 * @param targets partitions, in a session only those that change
 * @param forgotten partitions that leave the session
 * @param rack where the client is, empty if it does not say
 */
record FetchRequest(
        short version,
        int maxWaitMs,
        int minBytes,
        int maxBytes,
        boolean isReadCommitted,
        int sessionId,
        int sessionEpoch,
        List<FetchTarget> targets,
        List<FetchTarget> forgotten,
        String rack) {
    static final int NO_SESSION_EPOCH = -1;
    static final int NEW_SESSION_EPOCH = 0;
    private static final short START_OFFSET_FROM = 5;
    private static final short SESSION_FROM = 7;
    private static final short LEADER_EPOCH_FROM = 9;
    private static final short RACK_FROM = 11;
    private static final short LAST_EPOCH_FROM = 12;
    private static final short BY_ID_FROM = 13;
    private static final short REPLICA_ID_UNTIL = 14;

    static FetchRequest read(ByteBuf in, short version) {
        boolean isFlexible = KafkaApi.FETCH.isFlexible(version);
        if (version <= REPLICA_ID_UNTIL) {
            in.readInt();
        }
        int maxWaitMs = in.readInt();
        int minBytes = in.readInt();
        int maxBytes = in.readInt();
        boolean isReadCommitted = in.readByte() == 1;
        int sessionId = version >= SESSION_FROM ? in.readInt() : 0;
        int sessionEpoch = version >= SESSION_FROM ? in.readInt() : NO_SESSION_EPOCH;
        List<FetchTarget> targets = readTargets(in, version, isFlexible);
        List<FetchTarget> forgotten = version >= SESSION_FROM ? readForgotten(in, version, isFlexible) : List.of();
        String rack = version >= RACK_FROM ? Wire.readString(in, isFlexible) : "";
        Wire.skipTaggedFields(in, isFlexible);
        if (in.isReadable()) {
            throw new MalformedRequestException("Fetch has " + in.readableBytes() + " bytes too many");
        }
        return new FetchRequest(
                version,
                maxWaitMs,
                minBytes,
                maxBytes,
                isReadCommitted,
                sessionId,
                sessionEpoch,
                targets,
                forgotten,
                rack);
    }

    /** Whether any replica may answer, not the leader only (KIP-392). */
    boolean mayFollow() {
        return version >= RACK_FROM;
    }

    boolean isByTopicId() {
        return version >= BY_ID_FROM;
    }

    private static List<FetchTarget> readTargets(ByteBuf in, short version, boolean isFlexible) {
        int topicCount = Wire.readArrayLengthNotNull(in, isFlexible);
        List<FetchTarget> targets = new ArrayList<>();
        for (int i = 0; i < topicCount; i++) {
            TopicId id = readTopicId(in, version);
            String name = readTopicName(in, version, isFlexible);
            int partitionCount = Wire.readArrayLengthNotNull(in, isFlexible);
            for (int j = 0; j < partitionCount; j++) {
                checkCount(targets);
                targets.add(readTarget(in, version, target(version, id, name, in.readInt())));
                Wire.skipTaggedFields(in, isFlexible);
            }
            Wire.skipTaggedFields(in, isFlexible);
        }
        return targets;
    }

    private static FetchTarget readTarget(ByteBuf in, short version, FetchTarget target) {
        if (version >= LEADER_EPOCH_FROM) {
            target.currentLeaderEpoch = in.readInt();
        }
        target.fetchOffset = in.readLong();
        if (version >= LAST_EPOCH_FROM) {
            target.lastFetchedEpoch = in.readInt();
        }
        if (version >= START_OFFSET_FROM) {
            in.readLong();
        }
        target.bytesMax = Math.max(0, in.readInt());
        return target;
    }

    private static List<FetchTarget> readForgotten(ByteBuf in, short version, boolean isFlexible) {
        int topicCount = Wire.readArrayLengthNotNull(in, isFlexible);
        List<FetchTarget> forgotten = new ArrayList<>();
        for (int i = 0; i < topicCount; i++) {
            TopicId id = readTopicId(in, version);
            String name = readTopicName(in, version, isFlexible);
            int partitionCount = Wire.readArrayLengthNotNull(in, isFlexible);
            for (int j = 0; j < partitionCount; j++) {
                checkCount(forgotten);
                forgotten.add(target(version, id, name, in.readInt()));
            }
            Wire.skipTaggedFields(in, isFlexible);
        }
        return forgotten;
    }

    private static void checkCount(List<FetchTarget> targets) {
        if (targets.size() == KafkaLimits.NAMED_PARTITIONS_MAX) {
            throw new MalformedRequestException(
                    "a fetch of more than " + KafkaLimits.NAMED_PARTITIONS_MAX + " partitions");
        }
    }

    private static FetchTarget target(short version, TopicId id, String name, int index) {
        return version >= BY_ID_FROM ? FetchTarget.byId(id, index) : FetchTarget.byName(name, index);
    }

    private static TopicId readTopicId(ByteBuf in, short version) {
        return version >= BY_ID_FROM ? new TopicId(in.readLong(), in.readLong()) : TopicId.ZERO;
    }

    private static String readTopicName(ByteBuf in, short version, boolean isFlexible) {
        return version >= BY_ID_FROM ? "" : Wire.readString(in, isFlexible);
    }
}
