package io.sluice.replication.journal;

import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import io.sluice.replication.journal.ChainReader.Block;
import io.sluice.replication.journal.ChainReader.Chain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an unclean start does before anything else is acknowledged: copies every entry behind the last proven sync into
 * fresh files. Reading them well proves nothing, since after a failed sync the cache may hold pages that will never reach
 * the medium; syncing the old files again proves nothing either, since the system already calls those pages clean.
 *
 * <p>The whole unproven tail is copied, block by block, so memory stays at one block. Of a shard that syncs every append
 * that is one or two blocks; of one that does not, what was written since its last checkpoint or idle second.
 *
 * <p>Each such start begins a file. Where that has left more empty space than entries in the files, all entries are copied
 * and the files before are free, so that a node whose power fails again and again, with no time for a checkpoint between,
 * does not fill its disk.
 */
final class TailRewriter {
    /** A file that is begun because the one before is full leaves no empty space worth the copying. */
    private static final int GATHERED_FILES_MIN = 3;

    private final FilePool pool;
    private final BlockIndex index;
    private final Chain chain;
    private final BlockReader reader = new BlockReader();
    private final BlockWriter blocks = new BlockWriter();
    private long lsn;
    private long newestTerm;
    private long committedIndex;
    private long copiedBytes;
    private boolean endsWithProof;

    TailRewriter(FilePool pool, BlockIndex index, Chain chain) {
        this.pool = pool;
        this.index = index;
        this.chain = chain;
    }

    /** What the copy leaves: the last LSN, all durable. Entries below the first needed one need not stay. */
    long rewrite(RecoveredState state, long firstNeeded) {
        committedIndex = state.committedIndex();
        Cut gathering = gathering(state, firstNeeded);
        Cut cut = gathering == null ? cut(state) : gathering;
        long restartLsn = chain.highestLsn() + 1;
        long restartBytes = BlockHeader.blockBytes(CutBody.BYTES);
        long proofBytes = BlockHeader.blockBytes(0);
        copiedBytes = gathering == null ? tailBytes() : bytesAbove(cut.keptIndex());
        JournalFile fresh = pool.switchAtStart(restartBytes, PAGE_BYTES + restartBytes + copiedBytes + proofBytes);
        fresh.useTo(PAGE_BYTES + restartBytes);
        BlockIndex.Snapshot tail = index.from(cut.keptIndex() + 1, state.lastIndex());
        if (cut.type() == BlockType.RESET) {
            index.clear();
        } else {
            index.cutAbove(cut.keptIndex());
        }
        lsn = restartLsn;
        newestTerm = cut.keptTerm();
        copy(tail, cut.keptIndex());
        pool.syncAll();
        BlockWriter.Origin origin =
                new BlockWriter.Origin(restartLsn, chain.provenLsn(), cut.keptIndex(), cut.keptTerm(), committedIndex);
        CutBody body = new CutBody(chain.provenLsn(), cut.keptIndex(), cut.keptTerm(), lsn);
        blocks.writeCut(fresh, PAGE_BYTES, origin, cut.type(), body);
        pool.syncAll();
        prove(state.lastIndex());
        if (gathering != null) {
            pool.freeBelow(fresh.sequence());
        }
        return lsn;
    }

    /** Else the next start, if it comes before the next sync, would have to take all that was copied for unproven again. */
    private void prove(long lastIndex) {
        JournalFile file = pool.current();
        endsWithProof = file.hasRoomFor(BlockHeader.blockBytes(0));
        if (endsWithProof) {
            BlockWriter.Origin origin = new BlockWriter.Origin(lsn + 1, lsn, lastIndex, newestTerm, committedIndex);
            blocks.writeEmpty(file, file.usedBytes(), origin, BlockType.PROOF);
            pool.syncAll();
            lsn++;
        }
    }

    /** Whether the last block says that all before it is durable. */
    boolean endsWithProof() {
        return endsWithProof;
    }

    /** All entries from the block of the first needed one on begin anew; null if the files are used well enough. */
    private @Nullable Cut gathering(RecoveredState state, long firstNeeded) {
        long neededIndex = Math.max(firstNeeded, index.firstIndexOr(state.lastIndex() + 1));
        BlockIndex.Snapshot needed = index.from(neededIndex, state.lastIndex());
        long keptIndex = needed.size() == 0 || neededIndex > state.lastIndex()
                ? state.lastIndex()
                : needed.firstIndexes()[0] - 1;
        boolean isWasteful = pool.live().size() >= GATHERED_FILES_MIN && 2 * bytesAbove(keptIndex) <= pool.liveBytes();
        return isWasteful ? new Cut(BlockType.RESET, keptIndex, state.termAt(keptIndex)) : null;
    }

    private long bytesAbove(long keptIndex) {
        long place = index.isEmpty() ? -1 : index.placeOf(keptIndex + 1);
        return place < 0 ? 0 : pool.bytesFrom(BlockIndex.sequence(place), BlockIndex.filePosition(place));
    }

    /** What the unproven blocks took away, as one cut of what is proven. */
    private record Cut(BlockType type, long keptIndex, long keptTerm) {}

    private Cut cut(RecoveredState state) {
        BlockType type = BlockType.TRUNCATE;
        long keptIndex = state.provenIndex();
        for (Block block : chain.blocks()) {
            CutBody body = block.cut();
            if (body == null || block.lsn() <= chain.provenLsn()) {
                continue;
            }
            if (block.header().type() == BlockType.RESET) {
                type = BlockType.RESET;
                keptIndex = body.keptIndex();
            } else {
                keptIndex = Math.min(keptIndex, body.keptIndex());
            }
        }
        return new Cut(type, keptIndex, type == BlockType.RESET ? 0 : state.termAt(keptIndex));
    }

    private long tailBytes() {
        return chain.blocks().stream()
                .filter(block -> block.lsn() > chain.provenLsn())
                .mapToLong(block -> block.header().blockBytes())
                .sum();
    }

    private void copy(BlockIndex.Snapshot tail, long keptIndex) {
        for (int block = 0; block < tail.size(); block++) {
            long place = tail.places()[block];
            List<JournalEntry> entries =
                    reader.entries(pool.live(BlockIndex.sequence(place)), BlockIndex.filePosition(place));
            long lastIndex = tail.lastIndexOf(block);
            List<JournalEntry> alive = entries.stream()
                    .filter(entry -> entry.index() > keptIndex && entry.index() <= lastIndex)
                    .toList();
            if (!alive.isEmpty()) {
                write(alive);
            }
        }
    }

    private void write(List<JournalEntry> entries) {
        long blockBytes = BlockHeader.blockBytes(BlockWriter.bodyBytes(entries));
        JournalFile file = pool.current();
        if (!file.hasRoomFor(blockBytes)) {
            file = pool.switchAtStart(blockBytes, copiedBytes);
        }
        long filePosition = file.usedBytes();
        lsn++;
        long firstIndex = entries.getFirst().index();
        BlockWriter.Origin origin =
                new BlockWriter.Origin(lsn, chain.provenLsn(), firstIndex - 1, newestTerm, committedIndex);
        blocks.writeEntries(file, filePosition, origin, entries);
        index.add(firstIndex, BlockIndex.place(file.sequence(), filePosition));
        newestTerm = entries.getLast().term();
    }
}
