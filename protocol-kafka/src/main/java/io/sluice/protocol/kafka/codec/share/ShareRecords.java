package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.Partition;
import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.BatchRewriter;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads the batches that hold what was handed out, and no others. Clients take from a batch what they were given and skip
 * the rest, so batches go out as they are stored, unless that would be ten times what is wanted of one. Used by one thread.
 */
final class ShareRecords {
    /** Neighbouring runs are read together in pieces of so many bytes. */
    private static final int PIECE_BYTES = 64 << 10;

    private static final int ONE_BATCH = 1;
    /** Smaller batches are not worth the work. */
    private static final int CUT_BYTES_MIN = 4 << 10;

    private static final int CUT_SHARE = 10;

    private final Bytes bytes = new Bytes();

    /**
     * The batches of the runs, which are in order and of one stored batch each. May block. What was handed out and is gone
     * from the log by now is missing.
     */
    ByteBuffer read(Partition partition, List<Run> runs) {
        Output output = new Output(runs);
        long readTo = -1;
        int index = 0;
        while (index < runs.size()) {
            Run run = runs.get(index);
            if (run.lastOffset() < readTo) {
                index++;
                continue;
            }
            boolean hasNeighbour =
                    index + 1 < runs.size() && runs.get(index + 1).firstOffset() == run.lastOffset() + 1;
            long from = Math.max(readTo, run.firstOffset());
            long reached = readPiece(partition, from, hasNeighbour ? PIECE_BYTES : ONE_BATCH);
            output.take(bytes.written());
            if (reached <= from) {
                index++;
            }
            readTo = Math.max(readTo, reached);
        }
        return output.whole();
    }

    private long readPiece(Partition partition, long offset, int maxBytes) {
        bytes.clear();
        if (offset < partition.startOffset()) {
            return offset;
        }
        long reached = partition.readTail(offset, maxBytes, true, bytes);
        if (reached >= 0) {
            return reached;
        }
        bytes.clear();
        return partition.readBlocking(offset, maxBytes, true, bytes);
    }

    /** Bytes of a read. */
    private static final class Bytes implements ReadSink {
        private ByteBuffer target = ByteBuffer.allocate(PIECE_BYTES);

        @Override
        public ByteBuffer reserve(int lengthBytes) {
            target = withRoom(target, lengthBytes);
            ByteBuffer room = target.slice(target.position(), lengthBytes);
            target.position(target.position() + lengthBytes);
            return room;
        }

        @Override
        public void share(ByteBuffer shared, SharedBuffer owner) {
            reserve(shared.remaining()).put(shared.duplicate());
        }

        void clear() {
            target.clear();
        }

        ByteBuffer written() {
            return target.duplicate().flip();
        }
    }

    /** The batches that hold a record of the runs. */
    private static final class Output {
        private final List<Run> runs;
        private ByteBuffer target = ByteBuffer.allocate(PIECE_BYTES);
        private int next;

        private Output(List<Run> runs) {
            this.runs = runs;
        }

        /** Looks at further batches, which come in order. */
        void take(ByteBuffer batches) {
            int at = batches.position();
            while (at < batches.limit() && next < runs.size()) {
                int sizeBytes = BatchLayout.sizeBytes(batches, at);
                long first = BatchHeader.baseOffset(batches, at);
                long last = BatchHeader.lastOffset(batches, at);
                long wanted = wantedIn(first, last);
                if (wanted > 0) {
                    put(batches.slice(at, sizeBytes), wanted);
                }
                at += sizeBytes;
            }
        }

        /** How many offsets of the batch are in runs; passes those that end in it. */
        private long wantedIn(long first, long last) {
            long wanted = 0;
            while (next < runs.size() && runs.get(next).firstOffset() <= last) {
                Run run = runs.get(next);
                wanted += Math.max(0, Math.min(last, run.lastOffset()) - Math.max(first, run.firstOffset()) + 1);
                if (run.lastOffset() > last) {
                    return wanted;
                }
                next++;
            }
            return wanted;
        }

        private void put(ByteBuffer batch, long wanted) {
            boolean isCut =
                    batch.remaining() >= CUT_BYTES_MIN && wanted * CUT_SHARE <= BatchHeader.recordCount(batch, 0);
            if (!isCut) {
                append(batch);
                return;
            }
            try (BatchRewriter rewriter = new BatchRewriter()) {
                append(rewriter.rewrite(
                        batch, record -> isWanted(record.offset()), BatchHeader.maxTimestampMs(batch, 0)));
            }
        }

        private boolean isWanted(long offset) {
            for (int i = Math.min(next, runs.size()) - 1; i >= 0; i--) {
                if (offset > runs.get(i).lastOffset()) {
                    break;
                }
                if (offset >= runs.get(i).firstOffset()) {
                    return true;
                }
            }
            return next < runs.size()
                    && offset >= runs.get(next).firstOffset()
                    && offset <= runs.get(next).lastOffset();
        }

        private void append(ByteBuffer batch) {
            target = withRoom(target, batch.remaining());
            target.put(batch);
        }

        private ByteBuffer whole() {
            return target.flip();
        }
    }

    private static ByteBuffer withRoom(ByteBuffer buffer, int lengthBytes) {
        if (buffer.remaining() >= lengthBytes) {
            return buffer;
        }
        int wanted = Math.addExact(buffer.position(), lengthBytes);
        ByteBuffer larger =
                ByteBuffer.allocate(Math.max(wanted, (int) Math.min(Integer.MAX_VALUE - 8, 2L * buffer.capacity())));
        return larger.put(buffer.flip());
    }
}
