package io.sluice.broker.topic;

import static io.sluice.common.Check.check;

import io.sluice.broker.topic.MetadataEvent.MemoryLost;
import io.sluice.broker.topic.MetadataEvent.ProducerIdsTaken;
import io.sluice.broker.topic.MetadataEvent.TopicCreated;
import io.sluice.broker.topic.MetadataEvent.TopicDeleted;
import io.sluice.broker.topic.MetadataEvent.TopicDropped;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Events to bytes and back; the layout stands in the package's description. Every length is checked against what is
 * there: bytes that are damaged in spite of the journal's CRC break an invariant and not the heap.
 */
final class MetadataCodec {
    private static final int TOPIC_CREATED = 1;
    private static final int TOPIC_DELETED = 2;
    private static final int TOPIC_DROPPED = 3;
    private static final int PRODUCER_IDS_TAKEN = 4;
    private static final int MEMORY_LOST = 5;

    private MetadataCodec() {}

    static ByteBuffer encode(MetadataEvent event) {
        ByteWriter writer = new ByteWriter();
        switch (event) {
            case TopicCreated created -> writeTopic(writer.putByte(TOPIC_CREATED), created.topic());
            case TopicDeleted deleted -> writer.putByte(TOPIC_DELETED).putId(deleted.id());
            case TopicDropped dropped -> writer.putByte(TOPIC_DROPPED).putId(dropped.id());
            case ProducerIdsTaken taken -> writer.putByte(PRODUCER_IDS_TAKEN).putInt(taken.count());
            case MemoryLost _ -> writer.putByte(MEMORY_LOST);
        }
        return writer.toBuffer();
    }

    static MetadataEvent decode(ByteBuffer event) {
        ByteBuffer source = event.duplicate();
        int type = readByte(source);
        return switch (type) {
            case TOPIC_CREATED -> new TopicCreated(readTopic(source));
            case TOPIC_DELETED -> new TopicDeleted(readId(source));
            case TOPIC_DROPPED -> new TopicDropped(readId(source));
            case PRODUCER_IDS_TAKEN -> new ProducerIdsTaken(readInt(source));
            case MEMORY_LOST -> new MemoryLost();
            default -> throw new BrokenInvariantException("metadata event of unknown type " + type);
        };
    }

    static void writeTopic(ByteWriter writer, TopicRecord topic) {
        writer.putId(topic.id()).putText(topic.name()).putInt(topic.partitionCount());
        writer.putDurability(topic.durability()).putInt(topic.configs().size());
        // Sorted, so that equal topics have equal bytes on every replica.
        new TreeMap<>(topic.configs())
                .forEach((name, value) -> writer.putText(name).putText(value));
    }

    static TopicRecord readTopic(ByteBuffer source) {
        TopicId id = readId(source);
        String name = readText(source);
        int partitionCount = readInt(source);
        Durability durability = readDurability(source);
        int configCount = readCount(source, 2 * Integer.BYTES);
        Map<String, String> configs = new LinkedHashMap<>();
        for (int i = 0; i < configCount; i++) {
            String key = readText(source);
            configs.put(key, readText(source));
        }
        return new TopicRecord(id, name, partitionCount, durability, configs);
    }

    static TopicId readId(ByteBuffer source) {
        long high = readLong(source);
        return new TopicId(high, readLong(source));
    }

    static Durability readDurability(ByteBuffer source) {
        int code = readByte(source);
        return switch (code) {
            case 0 -> Durability.FSYNC;
            case 1 -> Durability.OS;
            case 2 -> Durability.MEMORY;
            default -> throw new BrokenInvariantException("durability of unknown code " + code);
        };
    }

    static int readByte(ByteBuffer source) {
        require(source, 1);
        return source.get();
    }

    static int readInt(ByteBuffer source) {
        require(source, Integer.BYTES);
        return source.getInt();
    }

    static long readLong(ByteBuffer source) {
        require(source, Long.BYTES);
        return source.getLong();
    }

    /** A number of things of which each takes at least so many bytes. */
    static int readCount(ByteBuffer source, int leastBytesEach) {
        int count = readInt(source);
        check(
                count >= 0 && (long) count * leastBytesEach <= source.remaining(),
                "metadata names %s things, but only %s bytes follow",
                count,
                source.remaining());
        return count;
    }

    private static String readText(ByteBuffer source) {
        byte[] bytes = new byte[readCount(source, 1)];
        source.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void require(ByteBuffer source, int lengthBytes) {
        check(source.remaining() >= lengthBytes, "metadata ends %s bytes early", lengthBytes - source.remaining());
    }
}
