package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.protocol.kafka.ProduceSlot.BatchPlace;
import io.sluice.protocol.kafka.codec.MalformedRequestException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Produce, versions 3 to 13, read straight from the frame: no object per record, one per partition. What is checked here
 * is the form (one batch of format v2 per partition, KIP-98); everything about its content is the broker's. Event loops.
 */
final class ProduceHandler {
    private static final short BY_ID_FROM = 13;
    private static final short ZSTD_FROM = 7;
    private static final int BATCH_LENGTH = 8;
    private static final int BATCH_LENGTH_OVERHEAD = 12;
    private static final int BATCH_MAGIC = 16;
    private static final int BATCH_ATTRIBUTES = 21;
    private static final int BATCH_BYTES_MIN = 61;
    private static final byte MAGIC_V2 = 2;
    private static final int COMPRESSION_MASK = 0x07;
    private static final int ZSTD = 4;
    private static final int TRANSACTIONAL_BIT = 0x10;
    private static final int CONTROL_BIT = 0x20;
    /**
     * Clients take INVALID_REQUEST as fatal and show its text; an authorization error would send people to look for
     * rules that do not exist, and a retriable one would make them wait for ever.
     */
    private static final String NO_TRANSACTIONS = "transactions are not supported by this broker";

    /**
     * Appends what the request brings. False if a partition's queue is full: nothing was appended, and the connection
     * brings the same request again once there is room.
     */
    boolean handle(RequestHeader header, ByteBuf frame, KafkaConnection connection) {
        boolean isFlexible = header.api().isFlexible(header.version());
        boolean isTransactional = Wire.readNullableString(frame, isFlexible) != null;
        short acks = frame.readShort();
        frame.readInt();
        ProduceCall call = new ProduceCall(header, connection, acks);
        int topicCount = Wire.readArrayLengthNotNull(frame, isFlexible);
        for (int i = 0; i < topicCount; i++) {
            call.add(readTopic(
                    frame, header.version(), connection.client().broker().topics(), call));
        }
        Wire.skipTaggedFields(frame, isFlexible);
        if (frame.isReadable()) {
            throw new MalformedRequestException("Produce has " + frame.readableBytes() + " bytes too many");
        }
        if (acks < -1 || acks > 1) {
            call.refuseAll(ErrorCode.INVALID_REQUIRED_ACKS, ErrorCode.INVALID_REQUIRED_ACKS.text());
        } else if (isTransactional) {
            call.refuseAll(ErrorCode.INVALID_REQUEST, NO_TRANSACTIONS);
        }
        if (!call.hasRoom()) {
            return false;
        }
        call.append(frame);
        return true;
    }

    private static ProduceTopic readTopic(ByteBuf frame, short version, TopicService topics, ProduceCall call) {
        boolean isFlexible = call.isFlexible();
        String name = "";
        TopicId id = TopicId.ZERO;
        Result<Topic> topic;
        if (version >= BY_ID_FROM) {
            id = new TopicId(frame.readLong(), frame.readLong());
            topic = topics.find(id, Operation.WRITE);
        } else {
            name = Wire.readString(frame, isFlexible);
            topic = topics.find(name, Operation.WRITE);
        }
        int partitionCount = Wire.readArrayLengthNotNull(frame, isFlexible);
        List<ProduceSlot> slots = new ArrayList<>();
        for (int i = 0; i < partitionCount; i++) {
            slots.add(readSlot(frame, version, call, topic));
        }
        Wire.skipTaggedFields(frame, isFlexible);
        return new ProduceTopic(name, id, slots);
    }

    private static ProduceSlot readSlot(ByteBuf frame, short version, ProduceCall call, Result<Topic> topic) {
        boolean isFlexible = call.isFlexible();
        int index = frame.readInt();
        int lengthBytes = isFlexible ? Wire.readUnsignedVarint(frame) - 1 : frame.readInt();
        BatchPlace place = new BatchPlace(frame.readerIndex(), Math.max(0, lengthBytes));
        frame.skipBytes(place.lengthBytes());
        Wire.skipTaggedFields(frame, isFlexible);
        if (!topic.isOk()) {
            return new ProduceSlot(call, index, null, topic.error(), place);
        }
        if (index < 0 || index >= topic.get().partitionCount()) {
            return new ProduceSlot(call, index, null, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, place);
        }
        Partition partition = topic.get().partition(index);
        ProduceSlot slot = new ProduceSlot(call, index, partition, ErrorCode.NONE, place);
        String wrong = whatIsWrong(frame, place);
        if (wrong != null) {
            slot.refuse(ErrorCode.INVALID_RECORD, wrong);
            return slot;
        }
        refuseAttributes(frame.getShort(place.index() + BATCH_ATTRIBUTES), version, slot);
        return slot;
    }

    /** Kafka's rule since request version 3: exactly one batch, of magic 2. */
    private static @Nullable String whatIsWrong(ByteBuf frame, BatchPlace place) {
        if (place.lengthBytes() < BATCH_BYTES_MIN) {
            return "a partition of a produce request must bring one record batch";
        }
        if (frame.getByte(place.index() + BATCH_MAGIC) != MAGIC_V2) {
            return "only record batches of magic 2 are accepted";
        }
        long batchBytes = (long) BATCH_LENGTH_OVERHEAD + frame.getInt(place.index() + BATCH_LENGTH);
        return batchBytes == place.lengthBytes()
                ? null
                : "a partition of a produce request must bring exactly one whole record batch";
    }

    private static void refuseAttributes(short attributes, short version, ProduceSlot slot) {
        if ((attributes & COMPRESSION_MASK) == ZSTD && version < ZSTD_FROM) {
            slot.refuse(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, "zstd needs a produce request of version 7 or later");
        } else if ((attributes & CONTROL_BIT) != 0) {
            slot.refuse(ErrorCode.INVALID_RECORD, "clients must not write control records");
        } else if ((attributes & TRANSACTIONAL_BIT) != 0) {
            slot.refuse(ErrorCode.INVALID_REQUEST, NO_TRANSACTIONS);
        }
    }
}
