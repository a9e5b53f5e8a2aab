package io.sluice.log;

import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Reads one sealed segment whole. First against its list of block CRCs, which covers every byte; only where that is
 * missing or does not match, batch by batch, to tell which offsets are lost. Used by one thread.
 */
final class SegmentScrub {
    private final Segment segment;
    private final Extent extent;
    private final LongConsumer paced;

    SegmentScrub(Segment segment, LongConsumer paced) {
        this.segment = segment;
        this.extent = segment.extent();
        this.paced = paced;
    }

    List<DamagedRange> run() {
        Optional<int[]> crcs = blockCrcs();
        int wrongBlock = crcs.map(this::firstWrongBlock).orElse(0);
        if (crcs.isPresent() && wrongBlock < 0) {
            return List.of();
        }
        List<DamagedRange> found = damagedBatches();
        if (found.isEmpty() && crcs.isPresent()) {
            // Every batch is good in itself: the damage is in what their CRCs do not cover, the leader epoch.
            found.add(wholeBlock(wrongBlock));
        }
        return found;
    }

    private Optional<int[]> blockCrcs() {
        if (segment.packed() != null || !segment.disk().exists(segment.path(SegmentNames.BLOCK_CRCS))) {
            return Optional.empty();
        }
        ByteBuffer list = ByteBuffer.allocate(BlockCrcs.encodedBytes(extent.lengthBytes()));
        try (DiskFile file = segment.disk().openForReading(segment.path(SegmentNames.BLOCK_CRCS))) {
            file.read(list, 0);
        }
        return BlockCrcs.decode(list.flip(), extent.lengthBytes());
    }

    private int firstWrongBlock(int[] crcs) {
        ByteBuffer block = ByteBuffer.allocate(BlockCrcs.BLOCK_BYTES);
        // Past the page cache: what the disk has is in question.
        try (DiskFile file = segment.scan(Runnable::run)) {
            for (int number = 0; number < crcs.length; number++) {
                long position = (long) number * BlockCrcs.BLOCK_BYTES;
                block.clear().limit((int) Math.min(block.capacity(), extent.lengthBytes() - position));
                file.read(block, position);
                if (BlockCrcs.crcOf(block.flip()) != crcs[number]) {
                    return number;
                }
                paced.accept(block.limit());
            }
        }
        return -1;
    }

    /** The damage that cannot be read, without the list of block CRCs; in the order of the file. */
    List<DamagedRange> damagedBatches() {
        List<DamagedRange> found = new ArrayList<>();
        long sincePause = 0;
        Place start = new Place(0, segment.baseOffset());
        try (SegmentWalk walk = new SegmentWalk(segment, extent, BlockCrcs.BLOCK_BYTES, start)) {
            boolean more = true;
            while (more) {
                try {
                    more = walk.next();
                    sincePause += more ? walk.batch().remaining() : 0;
                } catch (DamagedLogException damaged) {
                    found.add(damaged.range());
                    walk.skip(damaged.range());
                }
                if (sincePause >= BlockCrcs.BLOCK_BYTES) {
                    paced.accept(sincePause);
                    sincePause = 0;
                }
            }
        }
        paced.accept(sincePause);
        return found;
    }

    private DamagedRange wholeBlock(int number) {
        long position = (long) number * BlockCrcs.BLOCK_BYTES;
        long endPosition = Math.min(position + BlockCrcs.BLOCK_BYTES, extent.lengthBytes());
        long firstOffset = segment.baseOffset();
        long nextOffset = extent.endOffset();
        Place start = new Place(0, segment.baseOffset());
        try (SegmentWalk walk = new SegmentWalk(segment, extent, BlockCrcs.BLOCK_BYTES, start)) {
            boolean more = walk.next();
            while (more && walk.place().filePosition() < endPosition) {
                firstOffset =
                        walk.place().filePosition() <= position ? walk.place().offset() : firstOffset;
                nextOffset = walk.lastOffset() + 1;
                more = walk.next();
            }
        }
        String reason = "the bytes between the batches' CRCs are not what was written";
        return new DamagedRange(
                segment.path(SegmentNames.LOG), position, endPosition - position, firstOffset, nextOffset, reason);
    }
}
