package io.sluice.broker.topic;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.topic.MetadataEvent.GroupsToForget;
import io.sluice.broker.topic.MetadataEvent.MemoryLost;
import io.sluice.broker.topic.MetadataEvent.MoveAdopted;
import io.sluice.broker.topic.MetadataEvent.MoveBegun;
import io.sluice.broker.topic.MetadataEvent.MoveDone;
import io.sluice.broker.topic.MetadataEvent.MoveTakenBack;
import io.sluice.broker.topic.MetadataEvent.PartitionSealed;
import io.sluice.broker.topic.MetadataEvent.PartitionsAdded;
import io.sluice.broker.topic.MetadataEvent.ProducerIdsTaken;
import io.sluice.broker.topic.MetadataEvent.ShardDropped;
import io.sluice.broker.topic.MetadataEvent.TopicConfigured;
import io.sluice.broker.topic.MetadataEvent.TopicCreated;
import io.sluice.broker.topic.MetadataEvent.TopicDeleted;
import io.sluice.broker.topic.MetadataEvent.TopicDropped;
import io.sluice.broker.topic.MetadataEvent.TopicPlaced;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Events to bytes and back; the layout stands in the package's description. */
final class MetadataCodec {
    private static final int TOPIC_CREATED = 1;
    private static final int TOPIC_DELETED = 2;
    private static final int TOPIC_DROPPED = 3;
    private static final int PRODUCER_IDS_TAKEN = 4;
    private static final int MEMORY_LOST = 5;
    private static final int TOPIC_CONFIGURED = 6;
    private static final int PARTITIONS_ADDED = 7;
    private static final int TOPIC_PLACED = 8;
    private static final int SHARD_DROPPED = 9;
    private static final int MOVE_BEGUN = 10;
    private static final int PARTITION_SEALED = 11;
    private static final int MOVE_ADOPTED = 12;
    private static final int MOVE_DONE = 13;
    private static final int MOVE_TAKEN_BACK = 14;
    private static final int GROUPS_TO_FORGET = 15;
    private static final int RUN_BYTES = 12;

    private MetadataCodec() {}

    static ByteBuffer encode(MetadataEvent event) {
        ByteWriter writer = new ByteWriter();
        switch (event) {
            case TopicCreated created -> writeTopic(writer.putByte(TOPIC_CREATED), created.topic());
            case TopicDeleted deleted -> writer.putByte(TOPIC_DELETED).putId(deleted.id());
            case GroupsToForget forget ->
                writeShards(writer.putByte(GROUPS_TO_FORGET).putId(forget.id()), forget.shards());
            case TopicDropped dropped -> writer.putByte(TOPIC_DROPPED).putId(dropped.id());
            case ShardDropped dropped ->
                writer.putByte(SHARD_DROPPED).putId(dropped.id()).putInt(dropped.shard());
            case ProducerIdsTaken taken -> writer.putByte(PRODUCER_IDS_TAKEN).putInt(taken.count());
            case MemoryLost _ -> writer.putByte(MEMORY_LOST);
            case TopicConfigured configured ->
                writer.putByte(TOPIC_CONFIGURED).putId(configured.id()).putTexts(configured.configs());
            case PartitionsAdded added ->
                writer.putByte(PARTITIONS_ADDED).putId(added.id()).putInt(added.partitionCount());
            case TopicPlaced placed -> writeRuns(writer.putByte(TOPIC_PLACED).putId(placed.id()), placed.runs());
            case MoveBegun begun ->
                putPartition(writer, MOVE_BEGUN, begun.id(), begun.partition())
                        .putInt(begun.from())
                        .putInt(begun.to());
            case PartitionSealed sealed ->
                MoveTable.writeCut(
                        putPartition(writer, PARTITION_SEALED, sealed.id(), sealed.partition()), sealed.cut());
            case MoveAdopted adopted -> putPartition(writer, MOVE_ADOPTED, adopted.id(), adopted.partition());
            case MoveDone done -> putPartition(writer, MOVE_DONE, done.id(), done.partition());
            case MoveTakenBack back -> putPartition(writer, MOVE_TAKEN_BACK, back.id(), back.partition());
        }
        return writer.toBuffer();
    }

    private static ByteWriter putPartition(ByteWriter writer, int type, TopicId id, int partition) {
        return writer.putByte(type).putId(id).putInt(partition);
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
            case SHARD_DROPPED -> new ShardDropped(reader.getId(), reader.getInt());
            case TOPIC_PLACED -> new TopicPlaced(reader.getId(), readRuns(reader));
            case MOVE_BEGUN -> new MoveBegun(reader.getId(), reader.getInt(), reader.getInt(), reader.getInt());
            case PARTITION_SEALED -> new PartitionSealed(reader.getId(), reader.getInt(), MoveTable.readCut(reader));
            case MOVE_ADOPTED -> new MoveAdopted(reader.getId(), reader.getInt());
            case MOVE_DONE -> new MoveDone(reader.getId(), reader.getInt());
            case GROUPS_TO_FORGET -> new GroupsToForget(reader.getId(), readShards(reader));
            case MOVE_TAKEN_BACK -> new MoveTakenBack(reader.getId(), reader.getInt());
            default -> throw new BrokenInvariantException("metadata event of unknown type " + type);
        };
    }

    /** A topic whole, as it travels between nodes. */
    static void writeVersioned(ByteWriter writer, MetadataState.Versioned each) {
        writeTopic(writer, each.topic());
        writeRuns(writer, each.topic().runs());
        writer.putLong(each.version());
    }

    static MetadataState.Versioned readVersioned(ByteReader reader) {
        TopicRecord topic = readTopic(reader);
        return new MetadataState.Versioned(topic.withRuns(readRuns(reader)), reader.getLong());
    }

    static void writeDropping(ByteWriter writer, MetadataState.Dropping each) {
        writer.putId(each.id())
                .putDurability(each.durability())
                .putLong(each.version())
                .putText(each.name());
        writeShards(writer, each.shards());
    }

    private static void writeShards(ByteWriter writer, List<Integer> shards) {
        writer.putInt(shards.size());
        shards.forEach(writer::putInt);
    }

    static MetadataState.Dropping readDropping(ByteReader reader) {
        TopicId id = reader.getId();
        Durability durability = reader.getDurability();
        long version = reader.getLong();
        String name = reader.getText();
        return new MetadataState.Dropping(id, name, durability, version, readShards(reader));
    }

    static List<Integer> readShards(ByteReader reader) {
        List<Integer> shards = new ArrayList<>();
        for (int left = reader.getCount(Integer.BYTES); left > 0; left--) {
            shards.add(reader.getInt());
        }
        return shards;
    }

    static void writeAssignments(ByteWriter writer, List<List<Integer>> assignments) {
        writer.putInt(assignments.size());
        for (List<Integer> nodes : assignments) {
            writer.putInt(nodes.size());
            nodes.forEach(writer::putInt);
        }
    }

    static List<List<Integer>> readAssignments(ByteReader reader) {
        List<List<Integer>> assignments = new ArrayList<>();
        for (int left = reader.getCount(Integer.BYTES); left > 0; left--) {
            assignments.add(readShards(reader));
        }
        return assignments;
    }

    static void writeRuns(ByteWriter writer, List<ShardRun> runs) {
        writer.putInt(runs.size());
        runs.forEach(run -> writer.putInt(run.shard()).putInt(run.from()).putInt(run.to()));
    }

    static List<ShardRun> readRuns(ByteReader reader) {
        int count = reader.getCount(RUN_BYTES);
        List<ShardRun> runs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            runs.add(new ShardRun(reader.getInt(), reader.getInt(), reader.getInt()));
        }
        return runs;
    }

    /** Without its runs, which events and snapshots have elsewhere. */
    static void writeTopic(ByteWriter writer, TopicRecord topic) {
        writer.putId(topic.id()).putText(topic.name()).putInt(topic.partitionCount());
        writer.putDurability(topic.durability()).putTexts(topic.configs());
    }

    static TopicRecord readTopic(ByteReader reader) {
        TopicId id = reader.getId();
        String name = reader.getText();
        int partitionCount = reader.getInt();
        Durability durability = reader.getDurability();
        return new TopicRecord(id, name, partitionCount, durability, reader.getSharedTexts());
    }
}
