package io.sluice.replication.journal;

import io.sluice.replication.journal.ChainReader.Block;
import io.sluice.replication.journal.ChainReader.Chain;

/** Builds the index from a chain and follows its newest entry. Used by the opening thread only. */
final class RecoveredState {
    private final BlockIndex index;
    private final FilePool pool;
    private long lastIndex;
    private long lastTerm;
    private long provenIndex;
    private long committedIndex;

    RecoveredState(FilePool pool, BlockIndex index) {
        this.pool = pool;
        this.index = index;
    }

    void build(Chain chain) {
        if (!chain.blocks().isEmpty()) {
            BlockHeader first = chain.blocks().getFirst().header();
            lastIndex = first.previousIndex();
            lastTerm = first.previousTerm();
            provenIndex = lastIndex;
        }
        for (Block block : chain.blocks()) {
            apply(block);
            committedIndex = Math.max(committedIndex, block.header().committedIndex());
            if (block.lsn() <= chain.provenLsn()) {
                provenIndex = lastIndex;
            }
        }
        if (!index.isEmpty()) {
            lastTerm = termAt(lastIndex);
        }
    }

    private void apply(Block block) {
        CutBody cut = block.cut();
        BlockHeader header = block.header();
        if (cut != null) {
            if (header.type() == BlockType.RESET) {
                index.clear();
            } else {
                index.cutAbove(cut.keptIndex());
            }
            lastIndex = cut.keptIndex();
            lastTerm = cut.keptTerm();
        } else if (header.type() == BlockType.ENTRIES) {
            if (header.previousIndex() != lastIndex) {
                throw BlockReader.damaged(block.file(), block.filePosition(), " (entry " + lastIndex + " is missing)");
            }
            index.add(lastIndex + 1, BlockIndex.place(block.file().sequence(), block.filePosition()));
            lastIndex += header.entryCount();
        }
    }

    long lastIndex() {
        return lastIndex;
    }

    long lastTerm() {
        return lastTerm;
    }

    /** Newest entry that a block says is committed. */
    long committedIndex() {
        return committedIndex;
    }

    /** Newest entry at the last proven block. */
    long provenIndex() {
        return provenIndex;
    }

    /** Term of a live entry or of the one before the first live one. */
    long termAt(long entryIndex) {
        return index.isEmpty() ? lastTerm : EntryTerms.termAt(pool, index, entryIndex);
    }
}
