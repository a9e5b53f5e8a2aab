package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.log.Compacted;
import io.sluice.log.PackedPlace;
import io.sluice.log.SegmentFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition at one index of the journal, as a checkpoint keeps it.
 *
 * @param residence whether it is at home in its shard
 * @param producers its idempotent producers, null if there never was one
 * @param files its segments, which hold nothing at or above {@code endOffset}
 * @param compacted how far compaction has come
 */
record PartitionImage(
        TopicId topicId,
        int index,
        long startOffset,
        long endOffset,
        int epochBase,
        int lossCount,
        Residence residence,
        EpochHistory epochs,
        @Nullable ProducerTable producers,
        List<SegmentFile> files,
        Compacted compacted) {
    private static final int FIXED_BYTES = 16 + 4 + 8 + 8 + 4 + 4 + 4 + 4;
    private static final int BYTES_PER_EPOCH = 12;
    private static final int BYTES_PER_FILE = 32;
    private static final int BYTES_PER_PLACE = 20;
    private static final PackedPlace OWN_FILE = new PackedPlace(0, 0, 0);
    private static final int COMPACTED_BYTES = 8 + 8 + 4;
    private static final ProducerTable NO_PRODUCERS = new ProducerTable();

    /** Which partition it is. */
    record Name(TopicId topicId, int index) {
        static Name of(PartitionReplica replica) {
            return new Name(replica.topicId(), replica.index());
        }

        /** Of what {@link #encode} wrote. */
        static Name of(byte[] encoded) {
            ByteBuffer in = ByteBuffer.wrap(encoded);
            return new Name(new TopicId(in.getLong(), in.getLong()), in.getInt());
        }
    }

    /** A partition without records that begins at the offset. */
    static PartitionImage empty(TopicId topicId, int index, long baseOffset, int epochBase) {
        return empty(topicId, index, baseOffset, epochBase, Residence.OPENED);
    }

    static PartitionImage empty(TopicId topicId, int index, long baseOffset, int epochBase, Residence residence) {
        return new PartitionImage(
                topicId,
                index,
                baseOffset,
                baseOffset,
                epochBase,
                0,
                residence,
                EpochHistory.EMPTY,
                null,
                List.of(),
                Compacted.NEVER);
    }

    /** The same with this object for its topic's id, which others have too. */
    PartitionImage of(TopicId sameTopicId) {
        return new PartitionImage(
                sameTopicId,
                index,
                startOffset,
                endOffset,
                epochBase,
                lossCount,
                residence,
                epochs,
                producers,
                files,
                compacted);
    }

    /**
     * All but the files: on the apply thread, because producers change. Instead of the number of losses its complement says
     * that the residence follows: of partitions that never moved, as mostly, it does not.
     */
    byte[] encodeState() {
        ProducerTable table = producers == null ? NO_PRODUCERS : producers;
        boolean hasMoved = !residence.equals(Residence.OPENED);
        int lengthBytes =
                FIXED_BYTES + Residence.ENCODED_BYTES + epochs.size() * BYTES_PER_EPOCH + table.encodedBytes();
        ByteBuffer out = ByteBuffer.allocate(lengthBytes);
        out.putLong(topicId.high()).putLong(topicId.low()).putInt(index);
        out.putLong(startOffset).putLong(endOffset).putInt(epochBase).putInt(hasMoved ? ~lossCount : lossCount);
        if (hasMoved) {
            residence.encode(out);
        }
        out.putInt(epochs.size());
        for (int i = 0; i < epochs.size(); i++) {
            out.putInt(epochs.epoch(i)).putLong(epochs.startOffset(i));
        }
        table.encode(out);
        byte[] encoded = new byte[out.position()];
        out.flip().get(encoded);
        return encoded;
    }

    /** All of it. */
    byte[] encode() {
        return encode(encodeState(), files, compacted);
    }

    /** All of it, where the files became known after the state. */
    static byte[] encode(byte[] state, List<SegmentFile> files, Compacted compacted) {
        byte[] named = encodeFiles(files, compacted);
        return ByteBuffer.allocate(state.length + named.length)
                .put(state)
                .put(named)
                .array();
    }

    /** What compaction left is at the end and only where it ever ran. */
    private static byte[] encodeFiles(List<SegmentFile> files, Compacted compacted) {
        boolean wasCompacted = compacted.lastGeneration() > 0;
        int compactedBytes = wasCompacted ? COMPACTED_BYTES + files.size() * Integer.BYTES : 0;
        boolean isPacked = isPacked(files);
        int fileBytes = BYTES_PER_FILE + (isPacked ? BYTES_PER_PLACE : 0);
        ByteBuffer out = ByteBuffer.allocate(4 + files.size() * fileBytes + compactedBytes);
        out.putInt(isPacked ? ~files.size() : files.size());
        for (SegmentFile file : files) {
            out.putLong(file.baseOffset()).putLong(file.lengthBytes());
            out.putLong(file.maxTimestampMs()).putLong(file.firstTimestampMs());
            if (isPacked) {
                PackedPlace place = file.place() == null ? OWN_FILE : file.place();
                out.putLong(place.pack()).putLong(place.filePosition()).putInt(place.crc());
            }
        }
        if (wasCompacted) {
            out.putLong(compacted.cleanOffset()).putLong(compacted.nextHorizonMs());
            out.putInt(compacted.lastGeneration());
            files.forEach(file -> out.putInt(file.generation()));
        }
        return out.array();
    }

    /** Reads what {@link #encode} wrote. */
    static PartitionImage decode(ByteBuffer in) {
        TopicId topicId = new TopicId(in.getLong(), in.getLong());
        int index = in.getInt();
        long startOffset = in.getLong();
        long endOffset = in.getLong();
        int epochBase = in.getInt();
        int told = in.getInt();
        Residence residence = told < 0 ? Residence.decode(in) : Residence.OPENED;
        EpochHistory epochs = decodeEpochs(in);
        ProducerTable producers = ProducerTable.decode(in);
        List<SegmentFile> files = decodeFiles(in);
        Compacted compacted = in.hasRemaining() ? decodeCompacted(in) : Compacted.NEVER;
        return new PartitionImage(
                topicId,
                index,
                startOffset,
                endOffset,
                epochBase,
                told < 0 ? ~told : told,
                residence,
                epochs,
                producers,
                in.hasRemaining() ? withGenerations(files, in) : files,
                compacted);
    }

    private static Compacted decodeCompacted(ByteBuffer in) {
        return new Compacted(in.getLong(), in.getLong(), in.getInt());
    }

    private static List<SegmentFile> withGenerations(List<SegmentFile> files, ByteBuffer in) {
        List<SegmentFile> numbered = new ArrayList<>(files.size());
        for (SegmentFile file : files) {
            numbered.add(file.of(in.getInt()));
        }
        return numbered;
    }

    private static EpochHistory decodeEpochs(ByteBuffer in) {
        int count = in.getInt();
        if (count == 0) {
            return EpochHistory.EMPTY;
        }
        int[] epochs = new int[count];
        long[] startOffsets = new long[count];
        for (int i = 0; i < count; i++) {
            epochs[i] = in.getInt();
            startOffsets[i] = in.getLong();
        }
        return EpochHistory.of(epochs, startOffsets);
    }

    private static List<SegmentFile> decodeFiles(ByteBuffer in) {
        int told = in.getInt();
        boolean isPacked = told < 0;
        int count = isPacked ? ~told : told;
        List<SegmentFile> files = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            SegmentFile file = new SegmentFile(in.getLong(), in.getLong(), in.getLong(), in.getLong());
            files.add(isPacked ? decodePlace(file, in) : file);
        }
        return files;
    }

    private static SegmentFile decodePlace(SegmentFile file, ByteBuffer in) {
        PackedPlace place = new PackedPlace(in.getLong(), in.getLong(), in.getInt());
        return place.pack() == OWN_FILE.pack() ? file : file.at(place);
    }

    private static boolean isPacked(List<SegmentFile> files) {
        return files.stream().anyMatch(file -> file.place() != null);
    }

    /** The same with a file for each of its segments, as a copy of it has. */
    static byte[] unpacked(byte[] encoded) {
        PartitionImage image = decode(ByteBuffer.wrap(encoded));
        return isPacked(image.files())
                ? encode(
                        image.encodeState(),
                        image.files().stream().map(SegmentFile::unpacked).toList(),
                        image.compacted())
                : encoded;
    }
}
