package io.sluice.broker.topic;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.topic.MetadataEvent.MemoryLost;
import io.sluice.broker.topic.MetadataEvent.PartitionsAdded;
import io.sluice.broker.topic.MetadataEvent.ProducerIdsTaken;
import io.sluice.broker.topic.MetadataEvent.TopicConfigured;
import io.sluice.broker.topic.MetadataEvent.TopicCreated;
import io.sluice.broker.topic.MetadataEvent.TopicDeleted;
import io.sluice.broker.topic.MetadataEvent.TopicDropped;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.nio.ByteBuffer;

/** Events to bytes and back; the layout stands in the package's description. */
final class MetadataCodec {
    private static final int TOPIC_CREATED = 1;
    private static final int TOPIC_DELETED = 2;
    private static final int TOPIC_DROPPED = 3;
    private static final int PRODUCER_IDS_TAKEN = 4;
    private static final int MEMORY_LOST = 5;
    private static final int TOPIC_CONFIGURED = 6;
    private static final int PARTITIONS_ADDED = 7;

    private MetadataCodec() {}

    static ByteBuffer encode(MetadataEvent event) {
        ByteWriter writer = new ByteWriter();
        switch (event) {
            case TopicCreated created -> writeTopic(writer.putByte(TOPIC_CREATED), created.topic());
            case TopicDeleted deleted -> writer.putByte(TOPIC_DELETED).putId(deleted.id());
            case TopicDropped dropped -> writer.putByte(TOPIC_DROPPED).putId(dropped.id());
            case ProducerIdsTaken taken -> writer.putByte(PRODUCER_IDS_TAKEN).putInt(taken.count());
            case MemoryLost _ -> writer.putByte(MEMORY_LOST);
            case TopicConfigured configured ->
                writer.putByte(TOPIC_CONFIGURED).putId(configured.id()).putTexts(configured.configs());
            case PartitionsAdded added ->
                writer.putByte(PARTITIONS_ADDED).putId(added.id()).putInt(added.partitionCount());
        }
        return writer.toBuffer();
    }

    static MetadataEvent decode(ByteBuffer event) {
        ByteReader reader = new ByteReader(event);
        int type = reader.getByte();
        return switch (type) {
            case TOPIC_CREATED -> new TopicCreated(readTopic(reader));
            case TOPIC_DELETED -> new TopicDeleted(reader.getId());
            case TOPIC_DROPPED -> new TopicDropped(reader.getId());
            case PRODUCER_IDS_TAKEN -> new ProducerIdsTaken(reader.getInt());
            case MEMORY_LOST -> new MemoryLost();
            case TOPIC_CONFIGURED -> new TopicConfigured(reader.getId(), reader.getTexts());
            case PARTITIONS_ADDED -> new PartitionsAdded(reader.getId(), reader.getInt());
            default -> throw new BrokenInvariantException("metadata event of unknown type " + type);
        };
    }

    static void writeTopic(ByteWriter writer, TopicRecord topic) {
        writer.putId(topic.id()).putText(topic.name()).putInt(topic.partitionCount());
        writer.putDurability(topic.durability()).putTexts(topic.configs());
    }

    static TopicRecord readTopic(ByteReader reader) {
        TopicId id = reader.getId();
        String name = reader.getText();
        int partitionCount = reader.getInt();
        Durability durability = reader.getDurability();
        return new TopicRecord(id, name, partitionCount, durability, reader.getTexts());
    }
}
