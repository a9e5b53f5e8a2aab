package io.sluice.replication.journal;

import static io.sluice.replication.journal.BlockWriter.bodyBytes;

import io.sluice.log.disk.DiskException;
import java.util.List;

/** The end of the chain: where the next block goes and what it says of those before. Owned by the appending thread. */
final class JournalWriter {
    private final FilePool pool;
    private final BlockIndex index;
    private final BlockWriter blocks = new BlockWriter();
    private volatile long lastLsn;
    private long durableLsn;
    /** Of another thread's last sync: all blocks up to it are durable. */
    private volatile long syncedAsideLsn;

    private volatile long lastIndex;
    private volatile long lastTerm;
    private volatile long committedIndex;
    private volatile long writtenBytes;
    private boolean endsWithProof;
    /** Set while a write or sync runs and left set when it throws: nothing is known of the file's end then. */
    private boolean broken;

    JournalWriter(FilePool pool, BlockIndex index) {
        this.pool = pool;
        this.index = index;
    }

    /** Takes over the end found at open, all of which is durable. */
    void continueFrom(long lsn, RecoveredState state, boolean proofAtEnd) {
        lastLsn = lsn;
        durableLsn = lsn;
        lastIndex = state.lastIndex();
        lastTerm = state.lastTerm();
        committedIndex = state.committedIndex();
        endsWithProof = proofAtEnd;
    }

    long lastIndex() {
        return lastIndex;
    }

    long lastTerm() {
        return lastTerm;
    }

    /** Newest entry that is known to be committed; 0 if none is. */
    long committedIndex() {
        return committedIndex;
    }

    /** Of blocks of entries, since the opening. */
    long writtenBytes() {
        return writtenBytes;
    }

    /** From now on blocks say so. */
    void noteCommitted(long newIndex) {
        committedIndex = Math.max(committedIndex, newIndex);
    }

    long firstIndex() {
        return index.firstIndexOr(lastIndex + 1);
    }

    boolean isBroken() {
        return broken;
    }

    /** Entries that the caller has checked. */
    void appendEntries(List<JournalEntry> entries, boolean mayExceedBudget) {
        JournalFile file = fileFor(bodyBytes(entries), mayExceedBudget);
        long filePosition = file.usedBytes();
        broken = true;
        blocks.writeEntries(file, filePosition, nextOrigin(), entries);
        broken = false;
        writtenBytes += file.usedBytes() - filePosition;
        wrote();
        index.add(entries.getFirst().index(), BlockIndex.place(file.sequence(), filePosition));
        lastIndex = entries.getLast().index();
        lastTerm = entries.getLast().term();
    }

    /** Takes the entries above the index away, all of them for a RESET; durable on return. */
    void appendCut(BlockType type, long keptIndex, long keptTerm) {
        JournalFile file = fileFor(CutBody.BYTES, false);
        broken = true;
        CutBody body = new CutBody(lastLsn, keptIndex, keptTerm, 0);
        blocks.writeCut(file, file.usedBytes(), nextOrigin(), type, body);
        broken = false;
        wrote();
        if (type == BlockType.RESET) {
            index.clear();
        } else {
            index.cutAbove(keptIndex);
        }
        lastIndex = keptIndex;
        lastTerm = keptTerm;
        sync();
    }

    /** Syncs, then says so in a block that is synced too. Nothing happens if the chain ends with such a block. */
    void appendProof(BlockType type) {
        sync();
        if (endsWithProof && type == BlockType.PROOF) {
            return;
        }
        JournalFile file = fileFor(0, false);
        broken = true;
        blocks.writeEmpty(file, file.usedBytes(), nextOrigin(), type);
        broken = false;
        wrote();
        endsWithProof = true;
        sync();
    }

    /** Makes durable what is appended so far, from a thread that does so alone, while appends go on. */
    void syncAside() {
        long coveredLsn = lastLsn;
        pool.syncAll();
        syncedAsideLsn = coveredLsn;
    }

    private BlockWriter.Origin nextOrigin() {
        durableLsn = Math.max(durableLsn, syncedAsideLsn);
        return new BlockWriter.Origin(lastLsn + 1, durableLsn, lastIndex, lastTerm, committedIndex);
    }

    private void wrote() {
        lastLsn++;
        endsWithProof = false;
    }

    private JournalFile fileFor(long bodyBytes, boolean mayExceedBudget) {
        checkUsable();
        long blockBytes = BlockHeader.blockBytes(bodyBytes);
        JournalFile current = pool.current();
        if (current.hasRoomFor(blockBytes)) {
            return current;
        }
        return mayExceedBudget ? pool.switchBeyondBudget(blockBytes) : pool.switchTo(blockBytes);
    }

    /** Whether a block with a body of so many bytes goes into the current file. */
    boolean hasRoomFor(long bodyBytes) {
        return !broken && pool.current().hasRoomFor(BlockHeader.blockBytes(bodyBytes));
    }

    void sync() {
        checkUsable();
        if (durableLsn == lastLsn) {
            return;
        }
        broken = true;
        pool.syncAll();
        broken = false;
        durableLsn = lastLsn;
    }

    /** The files are about to be closed. */
    void stop() {
        broken = true;
    }

    private void checkUsable() {
        if (broken) {
            throw new DiskException(
                    "the journal in " + pool.directory() + " was closed, or an earlier write or sync failed", null);
        }
    }

    /** Term of a live entry or of the one before the first. */
    long termAt(long entryIndex) {
        return entryIndex == lastIndex ? lastTerm : EntryTerms.termAt(pool, index, entryIndex);
    }

    /** Forgets files that hold nothing from the index on. */
    void trimTo(long firstKeptIndex) {
        long place = firstKeptIndex > lastIndex ? -1 : index.placeOf(firstKeptIndex);
        boolean isTrimmed = place < 0 && firstKeptIndex <= lastIndex;
        if (isTrimmed) {
            return;
        }
        long keptSequence = place < 0 ? pool.current().sequence() : BlockIndex.sequence(place);
        // The oldest file must begin with a durable block once the files before it can be recycled. A sync of
        // everything
        // takes hundreds of milliseconds on a journal that is not synced otherwise, and appends wait for it.
        if (!pool.live(keptSequence).beginsDurably()) {
            sync();
        }
        // In this order: what a replay finds in the index it also finds in files that are not recycled.
        index.dropBelow(keptSequence);
        pool.freeBelow(keptSequence);
    }
}
