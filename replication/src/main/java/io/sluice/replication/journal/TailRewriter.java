package io.sluice.replication.journal;

import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import io.sluice.replication.journal.ChainReader.Block;
import io.sluice.replication.journal.ChainReader.Chain;
import java.util.List;

/**
 * What an unclean start does before anything else is acknowledged: copies every entry behind the last proven sync into
 * fresh files. Reading them well proves nothing, since after a failed sync the cache may hold pages that will never reach
 * the medium; syncing the old files again proves nothing either, since the system already calls those pages clean.
 *
 * <p>The whole unproven tail is copied, block by block, so memory stays at one block. Of a shard that syncs every append
 * that is one or two blocks; of one that does not, what was written since its last checkpoint or idle second.
 */
final class TailRewriter {
    private final FilePool pool;
    private final BlockIndex index;
    private final Chain chain;
    private final BlockReader reader = new BlockReader();
    private final BlockWriter blocks = new BlockWriter();
    private long lsn;
    private long newestTerm;

    TailRewriter(FilePool pool, BlockIndex index, Chain chain) {
        this.pool = pool;
        this.index = index;
        this.chain = chain;
    }

    /** What the copy leaves: the last LSN, all durable. */
    long rewrite(RecoveredState state) {
        Cut cut = cut(state);
        long restartLsn = chain.highestLsn() + 1;
        long restartBytes = BlockHeader.blockBytes(CutBody.BYTES);
        JournalFile fresh = pool.switchAtStart(restartBytes, PAGE_BYTES + restartBytes + tailBytes());
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
                new BlockWriter.Origin(restartLsn, chain.provenLsn(), cut.keptIndex(), cut.keptTerm());
        CutBody body = new CutBody(chain.provenLsn(), cut.keptIndex(), cut.keptTerm(), lsn);
        blocks.writeCut(fresh, PAGE_BYTES, origin, cut.type(), body);
        pool.syncAll();
        return lsn;
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
            file = pool.switchAtStart(blockBytes, tailBytes());
        }
        long filePosition = file.usedBytes();
        lsn++;
        long firstIndex = entries.getFirst().index();
        BlockWriter.Origin origin = new BlockWriter.Origin(lsn, chain.provenLsn(), firstIndex - 1, newestTerm);
        blocks.writeEntries(file, filePosition, origin, entries);
        index.add(firstIndex, BlockIndex.place(file.sequence(), filePosition));
        newestTerm = entries.getLast().term();
    }
}
