package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.log.Compacted;
import io.sluice.log.SegmentFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition at one index of the journal, as a checkpoint keeps it.
 *
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
        EpochHistory epochs,
        @Nullable ProducerTable producers,
        List<SegmentFile> files,
        Compacted compacted) {
    private static final int FIXED_BYTES = 16 + 4 + 8 + 8 + 4 + 4 + 4 + 4;
    private static final int BYTES_PER_EPOCH = 12;
    private static final int BYTES_PER_FILE = 32;
    private static final int COMPACTED_BYTES = 8 + 8 + 4;

    /** A partition without records that begins at the offset. */
    static PartitionImage empty(TopicId topicId, int index, long baseOffset, int epochBase) {
        return new PartitionImage(
                topicId,
                index,
                baseOffset,
                baseOffset,
                epochBase,
                0,
                EpochHistory.EMPTY,
                null,
                List.of(),
                Compacted.NEVER);
    }

    /** All but the files: on the apply thread, because producers change. */
    byte[] encodeState() {
        ProducerTable table = producers == null ? new ProducerTable() : producers;
        int lengthBytes = FIXED_BYTES + epochs.size() * BYTES_PER_EPOCH + table.encodedBytes();
        ByteBuffer out = ByteBuffer.allocate(lengthBytes);
        out.putLong(topicId.high()).putLong(topicId.low()).putInt(index);
        out.putLong(startOffset).putLong(endOffset).putInt(epochBase).putInt(lossCount);
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
        ByteBuffer out = ByteBuffer.allocate(4 + files.size() * BYTES_PER_FILE + compactedBytes);
        out.putInt(files.size());
        for (SegmentFile file : files) {
            out.putLong(file.baseOffset()).putLong(file.lengthBytes());
            out.putLong(file.maxTimestampMs()).putLong(file.firstTimestampMs());
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
        int lossCount = in.getInt();
        EpochHistory epochs = decodeEpochs(in);
        ProducerTable table = ProducerTable.decode(in);
        List<SegmentFile> files = decodeFiles(in);
        Compacted compacted = in.hasRemaining() ? decodeCompacted(in) : Compacted.NEVER;
        return new PartitionImage(
                topicId,
                index,
                startOffset,
                endOffset,
                epochBase,
                lossCount,
                epochs,
                table.size() == 0 ? null : table,
                in.hasRemaining() ? withGenerations(files, in) : files,
                compacted);
    }

    private static Compacted decodeCompacted(ByteBuffer in) {
        return new Compacted(in.getLong(), in.getLong(), in.getInt());
    }

    private static List<SegmentFile> withGenerations(List<SegmentFile> files, ByteBuffer in) {
        List<SegmentFile> numbered = new ArrayList<>(files.size());
        for (SegmentFile file : files) {
            numbered.add(new SegmentFile(
                    file.baseOffset(),
                    file.lengthBytes(),
                    file.maxTimestampMs(),
                    file.firstTimestampMs(),
                    in.getInt()));
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
        int count = in.getInt();
        List<SegmentFile> files = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            files.add(new SegmentFile(in.getLong(), in.getLong(), in.getLong(), in.getLong()));
        }
        return files;
    }
}
