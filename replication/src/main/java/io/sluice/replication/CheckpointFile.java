package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.WholeFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The file {@code checkpoint} of a shard, rewritten whole. Version 5, numbers big-endian:
 *
 * <pre>
 *  magic "SLCP" 4 | version 4 | index 8 | term 8 | shard time 8
 *  snapshots 4 × ( name length 1, name | generation 8 | length 8 | CRC-32C 4 )
 *  topics 4     × ( id 16 | metadata version 8 | segment bytes 4 | segment ms 8 | index interval 4 | partition count 4 )
 *  partitions 4 × ( length 4 | see {@link PartitionImage} )
 *  CRC-32C of all before 4
 * </pre>
 *
 * Version 1 had no compacted partitions, version 2 no packed segments, version 3 no run of a producer (see {@link
 * ProducerTable#encode}), version 4 no residence of a partition (see {@link PartitionImage#encodeState}); they are otherwise
 * the same: read, not written.
 */
final class CheckpointFile {
    static final String NAME = "checkpoint";
    static final int VERSION = 5;
    private static final int FIRST_VERSION = 1;
    private static final int MAGIC = 0x534C4350;
    private static final int LENGTH_BYTES_MIN = 48;
    static final long BYTES_MAX = 1L << 30;

    private CheckpointFile() {}

    /** A file with the snapshot of a machine. */
    record SnapshotFile(String machine, long generation, long lengthBytes, int crc) {
        String fileName() {
            return machine + "." + generation;
        }
    }

    /** A topic's entry of the partition table. */
    record TopicImage(TopicId id, long metadataVersion, SegmentSettings settings, int partitionCount) {}

    /** All of it; {@code partitions} as {@link PartitionImage#encode} makes them. */
    record Content(
            long index,
            long term,
            long timeMs,
            List<SnapshotFile> snapshots,
            List<TopicImage> topics,
            List<byte[]> partitions) {
        static final Content NONE = new Content(0, 0, 0, List.of(), List.of(), List.of());

        /** The same with a file for each segment, as a copy of what it names has. */
        Content unpacked() {
            List<byte[]> copied =
                    partitions.stream().map(PartitionImage::unpacked).toList();
            return new Content(index, term, timeMs, snapshots, topics, copied);
        }
    }

    /** Durable on return. */
    static void write(Disk disk, Path shardDirectory, Content content) {
        write(disk, shardDirectory, NAME, content);
    }

    /** The same under another name. */
    static void write(Disk disk, Path shardDirectory, String name, Content content) {
        WholeFile.replace(disk, shardDirectory, name, encode(content));
    }

    /** Whether there is one. */
    static boolean exists(Disk disk, Path shardDirectory) {
        return disk.exists(shardDirectory.resolve(NAME));
    }

    /** Throws {@link UnusableDirectoryException} if it is damaged. */
    static Content read(Disk disk, Path shardDirectory) {
        Path path = shardDirectory.resolve(NAME);
        long lengthBytes = disk.sizeBytes(path);
        if (lengthBytes < LENGTH_BYTES_MIN || lengthBytes > BYTES_MAX) {
            throw new UnusableDirectoryException(path + " has " + lengthBytes + " bytes: restore it from a backup");
        }
        return parse(path.toString(), WholeFile.read(disk, path, lengthBytes));
    }

    /** What the bytes of such a file say; throws {@link UnusableDirectoryException} if they are damaged. */
    static Content parse(String path, ByteBuffer in) {
        if (in.remaining() < LENGTH_BYTES_MIN) {
            throw new UnusableDirectoryException(path + " has " + in.remaining() + " bytes: restore it from a backup");
        }
        CRC32C crc = new CRC32C();
        crc.update(in.duplicate().limit(in.limit() - 4));
        if (in.getInt(0) != MAGIC || (int) crc.getValue() != in.getInt(in.limit() - 4)) {
            throw new UnusableDirectoryException(path + " is damaged: restore it from a backup");
        }
        if (in.getInt(4) < FIRST_VERSION || in.getInt(4) > VERSION) {
            throw new UnusableDirectoryException(path + " has version " + in.getInt(4) + ", this program knows "
                    + FIRST_VERSION + " to " + VERSION + ": open it with the Sluice that wrote it");
        }
        return decode(in.position(8));
    }

    /** The bytes of the file. */
    static ByteBuffer encode(Content content) {
        ByteBuffer out = ByteBuffer.allocate(sizeBytes(content));
        out.putInt(MAGIC).putInt(VERSION);
        out.putLong(content.index()).putLong(content.term()).putLong(content.timeMs());
        out.putInt(content.snapshots().size());
        for (SnapshotFile snapshot : content.snapshots()) {
            byte[] name = snapshot.machine().getBytes(StandardCharsets.US_ASCII);
            out.put((byte) name.length).put(name);
            out.putLong(snapshot.generation()).putLong(snapshot.lengthBytes()).putInt(snapshot.crc());
        }
        out.putInt(content.topics().size());
        for (TopicImage topic : content.topics()) {
            out.putLong(topic.id().high()).putLong(topic.id().low()).putLong(topic.metadataVersion());
            out.putInt(topic.settings().segmentBytesMax())
                    .putLong(topic.settings().segmentMsMax());
            out.putInt(topic.settings().indexIntervalBytes()).putInt(topic.partitionCount());
        }
        out.putInt(content.partitions().size());
        for (byte[] partition : content.partitions()) {
            out.putInt(partition.length).put(partition);
        }
        CRC32C crc = new CRC32C();
        crc.update(out.array(), 0, out.position());
        return out.putInt((int) crc.getValue()).flip();
    }

    private static int sizeBytes(Content content) {
        long bytes = 4 + 4 + 8 + 8 + 8 + 4 + 4 + 4 + 4;
        for (SnapshotFile snapshot : content.snapshots()) {
            bytes += 1 + snapshot.machine().length() + 8 + 8 + 4;
        }
        bytes += content.topics().size() * (16L + 8 + 4 + 8 + 4 + 4);
        for (byte[] partition : content.partitions()) {
            bytes += 4 + partition.length;
        }
        return Math.toIntExact(bytes);
    }

    private static Content decode(ByteBuffer in) {
        long index = in.getLong();
        long term = in.getLong();
        long timeMs = in.getLong();
        List<SnapshotFile> snapshots = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            byte[] name = new byte[in.get()];
            in.get(name);
            String machine = new String(name, StandardCharsets.US_ASCII);
            snapshots.add(new SnapshotFile(machine, in.getLong(), in.getLong(), in.getInt()));
        }
        List<TopicImage> topics = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            TopicId id = new TopicId(in.getLong(), in.getLong());
            long version = in.getLong();
            SegmentSettings settings = new SegmentSettings(in.getInt(), in.getLong(), in.getInt());
            topics.add(new TopicImage(id, version, settings, in.getInt()));
        }
        List<byte[]> partitions = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            byte[] partition = new byte[in.getInt()];
            in.get(partition);
            partitions.add(partition);
        }
        return new Content(index, term, timeMs, snapshots, topics, partitions);
    }
}
