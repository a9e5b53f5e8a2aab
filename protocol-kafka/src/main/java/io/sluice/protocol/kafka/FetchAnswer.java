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
 * of a partition are copied between the headers, and so are the fresh heads of large batches: one more part of a
 * gathering write costs more than such a copy. An answer of many small partitions is one buffer that way, and a partition
 * with one large batch adds two.
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
    private static final int BATCH_HEAD_BYTES = 16;
    private static final int DIVERGENCE_BYTES = 13;
    /** Records of a partition that are copied. */
    private static final int COPIED_BYTES_MAX = 4 << 10;
    /** A part that is copied whatever else its partition has: 16 bytes are the fresh head of a batch. */
    private static final int COPIED_PART_BYTES_MAX = 64;

    /** The answer as buffers in order; takes over what the read collected. */
    List<ByteBuf> encode(List<FetchTarget> targets, @Nullable FetchRead read, ByteBufAllocator allocator) {
        boolean isFlexible = header.api().isFlexible(header.version());
        ByteBuf out = AnswerHead.begin(header, allocator, expectedBytes(targets));
        Cut cut = new Cut(out);
        out.writeInt(throttleMs);
        if (header.version() >= SESSION_FROM) {
            out.writeShort(error.kafkaCode());
            out.writeInt(sessionId);
        }
        Wire.writeArrayLength(out, topicCount(targets), isFlexible);
        for (int i = 0; i < targets.size(); i++) {
            FetchTarget target = targets.get(i);
            if (i == 0 || !target.isSameTopic(targets.get(i - 1))) {
                writeTopic(out, targets, i, isFlexible);
            }
            writePartition(out, target, isFlexible);
            if (read != null) {
                for (ByteBuf part : read.sink().parts(target.partsFrom(), target.partsTo())) {
                    cut.add(part, isCopied(target));
                }
            }
            writeTags(out, target, isFlexible);
            if (i == targets.size() - 1 || !target.isSameTopic(targets.get(i + 1))) {
                Wire.writeNoTaggedFields(out, isFlexible);
            }
        }
        Wire.writeNoTaggedFields(out, isFlexible);
        if (read != null) {
            read.sink().moved();
        }
        return cut.end();
    }

    /** The answer as it comes together: the buffer with the headers is cut where records lie that are sent as they are. */
    private static final class Cut {
        private final List<ByteBuf> parts = new ArrayList<>();
        private final ByteBuf out;
        private int sliceIndex;
        private long sharedBytes;

        private Cut(ByteBuf out) {
            this.out = out;
        }

        /** Takes a buffer over. */
        private void add(ByteBuf part, boolean isCopied) {
            if (isCopied || part.readableBytes() <= COPIED_PART_BYTES_MAX) {
                out.writeBytes(part);
                part.release();
            } else {
                slice();
                parts.add(part);
                sharedBytes += part.readableBytes();
            }
        }

        private List<ByteBuf> end() {
            AnswerHead.end(out, Math.toIntExact(out.writerIndex() - AnswerHead.LENGTH_BYTES + sharedBytes));
            slice();
            out.release();
            return parts;
        }

        private void slice() {
            if (sliceIndex < out.writerIndex()) {
                parts.add(out.retainedSlice(sliceIndex, out.writerIndex() - sliceIndex));
                sliceIndex = out.writerIndex();
            }
        }
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
            out.writeInt(target.nearestReplica());
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
            int copiedBytes = isCopied(target)
                    ? target.recordsBytes()
                    : BATCH_HEAD_BYTES * (target.partsTo() - target.partsFrom());
            bytes += target.topicName.length() + copiedBytes;
        }
        return bytes;
    }
}
