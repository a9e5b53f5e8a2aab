package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.common.ErrorCode;
import io.sluice.replication.EpochEnd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a Fetch answer: headers in one buffer, and between its slices the records as the log gave them. Few records
 * of a partition are copied between the headers, so that an answer of many small partitions is one buffer: three more
 * parts of a gathering write cost more than the copy.
 *
 * @param header of the request
 * @param request what was asked
 * @param error of the whole answer
 * @param sessionId 0 for none
 * @param throttleMs for how long the client must rest
 */
record FetchAnswer(RequestHeader header, FetchRequest request, ErrorCode error, int sessionId, int throttleMs) {
    private static final short START_OFFSET_FROM = 5;
    private static final short SESSION_FROM = 7;
    private static final short REPLICA_FROM = 11;
    private static final int PARTITION_BYTES = 80;
    private static final int HEAD_BYTES = 64;
    private static final int DIVERGENCE_BYTES = 13;
    private static final int COPIED_BYTES_MAX = 4 << 10;

    /** The answer as buffers in order; takes over what the read collected. */
    List<ByteBuf> encode(List<FetchTarget> targets, @Nullable FetchRead read, ByteBufAllocator allocator) {
        boolean isFlexible = header.api().isFlexible(header.version());
        List<ByteBuf> parts = new ArrayList<>(2 + 2 * targets.size());
        ByteBuf out = AnswerHead.begin(header, allocator, expectedBytes(targets));
        out.writeInt(throttleMs);
        if (header.version() >= SESSION_FROM) {
            out.writeShort(error.kafkaCode());
            out.writeInt(sessionId);
        }
        Wire.writeArrayLength(out, topicCount(targets), isFlexible);
        int sliceIndex = 0;
        long recordsBytes = 0;
        for (int i = 0; i < targets.size(); i++) {
            FetchTarget target = targets.get(i);
            if (i == 0 || !target.isSameTopic(targets.get(i - 1))) {
                writeTopic(out, targets, i, isFlexible);
            }
            writePartition(out, target, isFlexible);
            if (read != null && isCopied(target)) {
                read.sink().copyTo(out, target.partsFrom(), target.partsTo());
            } else if (read != null && target.recordsBytes() > 0) {
                parts.add(out.retainedSlice(sliceIndex, out.writerIndex() - sliceIndex));
                sliceIndex = out.writerIndex();
                read.sink().moveTo(parts, target.partsFrom(), target.partsTo());
                recordsBytes += target.recordsBytes();
            }
            writeTags(out, target, isFlexible);
            if (i == targets.size() - 1 || !target.isSameTopic(targets.get(i + 1))) {
                Wire.writeNoTaggedFields(out, isFlexible);
            }
        }
        Wire.writeNoTaggedFields(out, isFlexible);
        AnswerHead.end(out, Math.toIntExact(out.writerIndex() - AnswerHead.LENGTH_BYTES + recordsBytes));
        if (read != null) {
            read.sink().moved();
        }
        if (sliceIndex < out.writerIndex()) {
            parts.add(out.retainedSlice(sliceIndex, out.writerIndex() - sliceIndex));
        }
        out.release();
        return parts;
    }

    private static boolean isCopied(FetchTarget target) {
        return target.recordsBytes() > 0 && target.recordsBytes() <= COPIED_BYTES_MAX;
    }

    private void writeTopic(ByteBuf out, List<FetchTarget> targets, int first, boolean isFlexible) {
        FetchTarget target = targets.get(first);
        if (request.isByTopicId()) {
            out.writeLong(target.topicId.high()).writeLong(target.topicId.low());
        } else {
            Wire.writeNullableString(out, target.topicName, isFlexible);
        }
        int count = 1;
        while (first + count < targets.size() && targets.get(first + count).isSameTopic(target)) {
            count++;
        }
        Wire.writeArrayLength(out, count, isFlexible);
    }

    private void writePartition(ByteBuf out, FetchTarget target, boolean isFlexible) {
        short version = header.version();
        out.writeInt(target.index);
        out.writeShort(target.error().kafkaCode());
        out.writeLong(target.endOffset());
        // Without transactions everything committed is stable.
        out.writeLong(target.endOffset());
        if (version >= START_OFFSET_FROM) {
            out.writeLong(target.startOffset());
        }
        Wire.writeArrayLength(out, request.isReadCommitted() ? 0 : -1, isFlexible);
        if (version >= REPLICA_FROM) {
            out.writeInt(-1);
        }
        Wire.writeArrayLength(out, target.recordsBytes(), isFlexible);
    }

    private static void writeTags(ByteBuf out, FetchTarget target, boolean isFlexible) {
        EpochEnd divergence = target.divergence();
        if (!isFlexible || divergence == null) {
            Wire.writeNoTaggedFields(out, isFlexible);
            return;
        }
        Wire.writeUnsignedVarint(out, 1);
        Wire.writeUnsignedVarint(out, 0);
        Wire.writeUnsignedVarint(out, DIVERGENCE_BYTES);
        out.writeInt(divergence.leaderEpoch());
        out.writeLong(divergence.endOffset());
        Wire.writeNoTaggedFields(out, true);
    }

    private static int topicCount(List<FetchTarget> targets) {
        int count = 0;
        for (int i = 0; i < targets.size(); i++) {
            if (i == 0 || !targets.get(i).isSameTopic(targets.get(i - 1))) {
                count++;
            }
        }
        return count;
    }

    private static int expectedBytes(List<FetchTarget> targets) {
        int bytes = HEAD_BYTES + PARTITION_BYTES * targets.size();
        for (FetchTarget target : targets) {
            bytes += target.topicName.length() + (isCopied(target) ? target.recordsBytes() : 0);
        }
        return bytes;
    }
}
