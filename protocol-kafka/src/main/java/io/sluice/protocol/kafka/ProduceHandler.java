package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
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
        ProduceCall call = new ProduceCall(header, connection, acks, frame.readInt());
        int topicCount = Wire.readArrayLengthNotNull(frame, isFlexible);
        int namedCount = topicCount;
        for (int i = 0; i < topicCount; i++) {
            checkCount(namedCount);
            ProduceTopic topic = readTopic(frame, header.version(), isFlexible, call);
            namedCount += topic.slots().size();
            call.add(topic);
        }
        Wire.skipTaggedFields(frame, isFlexible);
        if (frame.isReadable()) {
            throw new MalformedRequestException("Produce has " + frame.readableBytes() + " bytes too many");
        }
        try {
            call.resolve(connection.client().broker().topics());
            if (acks < -1 || acks > 1) {
                call.refuseRest(ErrorCode.INVALID_REQUIRED_ACKS, ErrorCode.INVALID_REQUIRED_ACKS.text());
            } else if (isTransactional) {
                call.refuseRest(ErrorCode.INVALID_REQUEST, NO_TRANSACTIONS);
            }
            return call.start(frame);
        } catch (RuntimeException e) {
            // The bytes are good, so the fault is ours: the client is told and may go on.
            call.fail(e);
            return true;
        }
    }

    private static ProduceTopic readTopic(ByteBuf frame, short version, boolean isFlexible, ProduceCall call) {
        String name = "";
        TopicId id = TopicId.ZERO;
        if (version >= BY_ID_FROM) {
            id = new TopicId(frame.readLong(), frame.readLong());
        } else {
            name = Wire.readString(frame, isFlexible);
        }
        int partitionCount = Wire.readArrayLengthNotNull(frame, isFlexible);
        checkCount(partitionCount);
        List<ProduceSlot> slots = new ArrayList<>();
        for (int i = 0; i < partitionCount; i++) {
            slots.add(readSlot(frame, version, call));
        }
        Wire.skipTaggedFields(frame, isFlexible);
        return new ProduceTopic(name, id, slots);
    }

    private static void checkCount(int namedCount) {
        if (namedCount > KafkaLimits.NAMED_PARTITIONS_MAX) {
            throw new MalformedRequestException(
                    "Produce names more than " + KafkaLimits.NAMED_PARTITIONS_MAX + " topics and partitions");
        }
    }

    private static ProduceSlot readSlot(ByteBuf frame, short version, ProduceCall call) {
        boolean isFlexible = call.isFlexible();
        int index = frame.readInt();
        int lengthBytes = isFlexible ? Wire.readUnsignedVarint(frame) - 1 : frame.readInt();
        BatchPlace place = new BatchPlace(frame.readerIndex(), Math.max(0, lengthBytes));
        frame.skipBytes(place.lengthBytes());
        Wire.skipTaggedFields(frame, isFlexible);
        ProduceSlot slot = new ProduceSlot(call, index, place);
        String wrong = whatIsWrong(frame, place);
        if (wrong != null) {
            slot.refuse(ErrorCode.INVALID_RECORD, wrong);
        } else {
            refuseAttributes(frame.getShort(place.index() + BATCH_ATTRIBUTES), version, slot);
        }
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
