package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.log.batch.RecordFault;
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
    private final short acks;
    private final int timeoutMs;
    private int throttleMs;
    private final List<ProduceTopic> topics = new ArrayList<>(1);
    private @Nullable Answer answer;
    private int pendingCount;

    /** Of {@link ProduceTimeouts}. */
    @Nullable
    ProduceCall previous;

    /** Of {@link ProduceTimeouts}. */
    @Nullable
    ProduceCall next;

    /** Of {@link ProduceTimeouts}. */
    long expiryTick;

    ProduceCall(RequestHeader header, KafkaConnection connection, short acks, int timeoutMs) {
        this.header = header;
        this.connection = connection;
        this.acks = acks;
        this.timeoutMs = timeoutMs;
    }

    boolean isFlexible() {
        return header.api().isFlexible(header.version());
    }

    void add(ProduceTopic topic) {
        topics.add(topic);
    }

    /** Finds the partitions; those that are not there or must not be written to are refused. */
    void resolve(TopicService service) {
        boolean isById = header.version() >= BY_ID_FROM;
        for (ProduceTopic wanted : topics) {
            Result<Topic> topic =
                    isById ? service.find(wanted.id(), Operation.WRITE) : service.find(wanted.name(), Operation.WRITE);
            for (ProduceSlot slot : wanted.slots()) {
                if (topic.isOk()) {
                    slot.resolve(topic.get());
                } else {
                    slot.refuse(topic.error());
                }
            }
        }
    }

    /** Refuses those that have no better reason already, such as a missing right. */
    void refuseRest(ErrorCode error, String message) {
        for (ProduceTopic topic : topics) {
            for (ProduceSlot slot : topic.slots()) {
                if (!slot.isRefused()) {
                    slot.refuse(error, message);
                }
            }
        }
    }

    /** False if a partition has no room for appends: the connection goes on with this request when it has. */
    boolean start(ByteBuf frame) {
        if (!hasRoom()) {
            return false;
        }
        throttleMs = connection.use().produced(frame.writerIndex());
        if (acks != 0) {
            answer = connection.newAnswer();
            throttleMs = Math.max(throttleMs, connection.use().requestRestMs());
        }
        connection.mute(throttleMs);
        for (ProduceTopic topic : topics) {
            for (ProduceSlot slot : topic.slots()) {
                Partition partition = slot.partition();
                if (partition != null && !slot.isRefused()) {
                    append(frame, slot, partition);
                }
            }
        }
        awaitOutcomes();
        return true;
    }

    /** Something of ours went wrong: what was not handed over has failed, and the rest ends as it ends. */
    void fail(RuntimeException cause) {
        connection.report(header.toString(), cause);
        for (ProduceTopic topic : topics) {
            for (ProduceSlot slot : topic.slots()) {
                if (!slot.isPending() && !slot.isRefused()) {
                    slot.refuse(ErrorCode.UNKNOWN_SERVER_ERROR);
                }
            }
        }
        if (answer == null && acks != 0) {
            answer = connection.newAnswer();
        }
        awaitOutcomes();
        connection.proceed();
    }

    private void awaitOutcomes() {
        if (pendingCount == 0) {
            finish();
        } else if (acks != 0) {
            connection.produceTimeouts().add(this, timeoutMs);
        }
    }

    private boolean hasRoom() {
        for (ProduceTopic topic : topics) {
            for (ProduceSlot slot : topic.slots()) {
                Partition partition = slot.partition();
                if (partition != null && !slot.isRefused() && !partition.hasRoom()) {
                    connection.waitForRoom();
                    partition.whenRoom(connection::proceed);
                    return false;
                }
            }
        }
        return true;
    }

    /** Its outcome comes later, never inside this call. */
    private void append(ByteBuf frame, ProduceSlot slot, Partition partition) {
        partition.append(
                frame.nioBuffer(slot.batchIndex, slot.batchBytes),
                connection.channel().eventLoop(),
                slot);
        pendingCount++;
        slot.pending();
        if (partition.topic().settings().logAppendTime()) {
            // The append has stamped the frame itself.
            slot.stampedAt(frame.getLong(slot.batchIndex + BATCH_MAX_TIMESTAMP));
        }
    }

    void slotCompleted() {
        pendingCount--;
        if (pendingCount == 0) {
            if (acks != 0) {
                connection.produceTimeouts().remove(this);
            }
            finish();
        }
    }

    /** The client wants an answer now. Its batches are on their way and may be committed all the same, as in Kafka. */
    void timeOut() {
        connection.produceTimeouts().remove(this);
        for (ProduceTopic topic : topics) {
            topic.slots().forEach(ProduceSlot::timeOut);
        }
        finish();
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
            writeFaults(out, slot.faults(), isFlexible);
            Wire.writeNullableString(out, slot.message(), isFlexible);
        }
        Wire.writeNoTaggedFields(out, isFlexible);
    }

    private static void writeFaults(ByteBuf out, List<RecordFault> faults, boolean isFlexible) {
        Wire.writeArrayLength(out, faults.size(), isFlexible);
        for (RecordFault fault : faults) {
            out.writeInt(fault.index());
            Wire.writeNullableString(out, fault.text(), isFlexible);
            Wire.writeNoTaggedFields(out, isFlexible);
        }
    }

    private int slotCount() {
        int count = 0;
        for (ProduceTopic topic : topics) {
            count += topic.slots().size();
        }
        return count;
    }
}
