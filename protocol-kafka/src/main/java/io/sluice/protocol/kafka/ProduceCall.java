package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.sluice.broker.api.Partition;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One Produce request from its appends to its answer. Owner: the connection's event loop. */
final class ProduceCall {
    private static final short APPEND_TIME_FROM = 2;
    private static final short START_OFFSET_FROM = 5;
    private static final short ERROR_TEXT_FROM = 8;
    private static final short BY_ID_FROM = 13;
    private static final int BATCH_MAX_TIMESTAMP = 35;
    private static final int SLOT_BYTES = 48;

    private final RequestHeader header;
    private final KafkaConnection connection;
    private final boolean isAnswered;
    private int throttleMs;
    private final List<ProduceTopic> topics = new ArrayList<>(1);
    private @Nullable Answer answer;
    private int pendingCount;

    ProduceCall(RequestHeader header, KafkaConnection connection, short acks) {
        this.header = header;
        this.connection = connection;
        isAnswered = acks != 0;
    }

    boolean isFlexible() {
        return header.api().isFlexible(header.version());
    }

    void add(ProduceTopic topic) {
        topics.add(topic);
    }

    void refuseAll(ErrorCode error, String message) {
        for (ProduceTopic topic : topics) {
            topic.slots().forEach(slot -> slot.refuse(error, message));
        }
    }

    /** Whether every partition takes appends; if not, the connection goes on when the first that does not has room. */
    boolean hasRoom() {
        for (ProduceTopic topic : topics) {
            for (ProduceSlot slot : topic.slots()) {
                Partition partition = slot.partition;
                if (partition != null && !slot.isRefused() && !partition.hasRoom()) {
                    connection.waitForRoom();
                    partition.whenRoom(connection::proceed);
                    return false;
                }
            }
        }
        return true;
    }

    /** Appends every batch that was not refused; callbacks come later, so nothing completes before all are counted. */
    void append(ByteBuf frame) {
        throttleMs = connection.use().produced(frame.writerIndex());
        if (isAnswered) {
            answer = connection.newAnswer();
            throttleMs = Math.max(throttleMs, connection.use().requestRestMs());
        }
        connection.mute(throttleMs);
        for (ProduceTopic topic : topics) {
            for (ProduceSlot slot : topic.slots()) {
                if (slot.partition != null && !slot.isRefused()) {
                    append(frame, slot, slot.partition);
                }
            }
        }
        if (pendingCount == 0) {
            finish();
        }
    }

    void slotCompleted() {
        pendingCount--;
        if (pendingCount == 0) {
            finish();
        }
    }

    private void append(ByteBuf frame, ProduceSlot slot, Partition partition) {
        pendingCount++;
        partition.append(
                frame.nioBuffer(slot.batchIndex, slot.batchBytes),
                connection.channel().eventLoop(),
                slot);
        if (partition.topic().settings().logAppendTime()) {
            slot.stampedAt(frame.getLong(slot.batchIndex + BATCH_MAX_TIMESTAMP));
        }
    }

    private void finish() {
        Answer place = answer;
        if (place != null) {
            place.complete(encode());
            return;
        }
        for (ProduceTopic topic : topics) {
            for (ProduceSlot slot : topic.slots()) {
                if (slot.isRefused()) {
                    // Without an answer the only way to make such a client look at its metadata again is to hang up.
                    connection.refuse("append with acks=0 failed: " + slot.error());
                    return;
                }
            }
        }
    }

    private ByteBuf encode() {
        short version = header.version();
        boolean isFlexible = isFlexible();
        ByteBuf out = AnswerHead.begin(header, connection.channel().alloc(), 64 + SLOT_BYTES * slotCount());
        Wire.writeArrayLength(out, topics.size(), isFlexible);
        for (ProduceTopic topic : topics) {
            if (version >= BY_ID_FROM) {
                out.writeLong(topic.id().high()).writeLong(topic.id().low());
            } else {
                Wire.writeNullableString(out, topic.name(), isFlexible);
            }
            Wire.writeArrayLength(out, topic.slots().size(), isFlexible);
            for (ProduceSlot slot : topic.slots()) {
                write(out, slot, version, isFlexible);
            }
            Wire.writeNoTaggedFields(out, isFlexible);
        }
        out.writeInt(throttleMs);
        Wire.writeNoTaggedFields(out, isFlexible);
        return AnswerHead.end(out);
    }

    private static void write(ByteBuf out, ProduceSlot slot, short version, boolean isFlexible) {
        out.writeInt(slot.partitionIndex);
        out.writeShort(slot.error().kafkaCode());
        out.writeLong(slot.baseOffset());
        if (version >= APPEND_TIME_FROM) {
            out.writeLong(slot.appendTimeMs());
        }
        if (version >= START_OFFSET_FROM) {
            out.writeLong(slot.startOffset());
        }
        if (version >= ERROR_TEXT_FROM) {
            Wire.writeArrayLength(out, 0, isFlexible);
            Wire.writeNullableString(out, slot.message(), isFlexible);
        }
        Wire.writeNoTaggedFields(out, isFlexible);
    }

    private int slotCount() {
        int count = 0;
        for (ProduceTopic topic : topics) {
            count += topic.slots().size();
        }
        return count;
    }
}
