package io.sluice.replication;

import io.sluice.log.ReadSink;
import io.sluice.log.StoredBatch;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Puts batches of the tail into an answer: the first 16 bytes of each are written fresh, large bodies are shared, small
 * batches in a row are copied into one piece, because a piece of its own costs more than the copy of a few kilobytes.
 */
final class TailReader {
    private static final int SHARED_BYTES_MIN = 8 * 1024;

    private TailReader() {}

    static void put(PartitionTail.Slice slice, ReadSink sink) {
        List<StoredBatch> batches = slice.batches();
        int i = 0;
        while (i < batches.size()) {
            StoredBatch batch = batches.get(i);
            if (batch.lengthBytes() >= SHARED_BYTES_MIN) {
                putHeader(batch, sink.reserve(BatchLayout.FRESH_BYTES));
                ByteBuffer body = batch.bytes().duplicate().position(BatchLayout.FRESH_BYTES);
                sink.share(body, slice.chunks().get(i).buffer());
                i++;
            } else {
                i = copyRun(batches, i, sink);
            }
        }
    }

    private static int copyRun(List<StoredBatch> batches, int first, ReadSink sink) {
        int end = first;
        int bytes = 0;
        while (end < batches.size() && batches.get(end).lengthBytes() < SHARED_BYTES_MIN) {
            bytes += batches.get(end).lengthBytes();
            end++;
        }
        ByteBuffer target = sink.reserve(bytes);
        for (int i = first; i < end; i++) {
            StoredBatch batch = batches.get(i);
            putHeader(batch, target);
            target.put(batch.bytes().duplicate().position(BatchLayout.FRESH_BYTES));
        }
        return end;
    }

    private static void putHeader(StoredBatch batch, ByteBuffer target) {
        target.putLong(batch.baseOffset());
        target.putInt(batch.lengthBytes() - BatchLayout.LENGTH_OVERHEAD);
        target.putInt(batch.leaderEpoch());
    }
}
