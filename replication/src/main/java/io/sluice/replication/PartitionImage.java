package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.log.SegmentFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition at one index of the journal, as a checkpoint keeps it.
 *
 * @param producers its idempotent producers, null if there never was one
 * @param files its segments; each holds exactly the records below {@code endOffset}
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
        List<SegmentFile> files) {
    private static final int FIXED_BYTES = 16 + 4 + 8 + 8 + 4 + 4 + 4 + 4;
    private static final int BYTES_PER_EPOCH = 12;
    private static final int BYTES_PER_FILE = 32;

    /** A partition without records that begins at the offset. */
    static PartitionImage empty(TopicId topicId, int index, long baseOffset, int epochBase) {
        return new PartitionImage(
                topicId, index, baseOffset, baseOffset, epochBase, 0, EpochHistory.EMPTY, null, List.of());
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
        byte[] state = encodeState();
        byte[] named = encodeFiles(files);
        return ByteBuffer.allocate(state.length + named.length)
                .put(state)
                .put(named)
                .array();
    }

    static byte[] encodeFiles(List<SegmentFile> files) {
        ByteBuffer out = ByteBuffer.allocate(4 + files.size() * BYTES_PER_FILE);
        out.putInt(files.size());
        for (SegmentFile file : files) {
            out.putLong(file.baseOffset()).putLong(file.lengthBytes());
            out.putLong(file.maxTimestampMs()).putLong(file.firstTimestampMs());
        }
        return out.array();
    }

    /** Reads what {@link #encodeState} and {@link #encodeFiles} wrote, one behind the other. */
    static PartitionImage decode(ByteBuffer in) {
        TopicId topicId = new TopicId(in.getLong(), in.getLong());
        int index = in.getInt();
        long startOffset = in.getLong();
        long endOffset = in.getLong();
        int epochBase = in.getInt();
        int lossCount = in.getInt();
        EpochHistory epochs = decodeEpochs(in);
        ProducerTable table = ProducerTable.decode(in);
        return new PartitionImage(
                topicId,
                index,
                startOffset,
                endOffset,
                epochBase,
                lossCount,
                epochs,
                table.size() == 0 ? null : table,
                decodeFiles(in));
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
