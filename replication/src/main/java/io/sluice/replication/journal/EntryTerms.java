package io.sluice.replication.journal;

import io.sluice.common.Check;
import java.util.List;

/** Finds terms of entries in the files. */
final class EntryTerms {
    private EntryTerms() {}

    /** Term of a live entry or of the one before the first; the index must not be empty. */
    static long termAt(FilePool pool, BlockIndex index, long entryIndex) {
        long firstIndex = index.firstIndexOr(0);
        Check.check(entryIndex >= firstIndex - 1, "no entry %d in the journal", entryIndex);
        long place = index.placeOf(Math.max(entryIndex, firstIndex));
        JournalFile file = pool.live(BlockIndex.sequence(place));
        BlockReader reader = new BlockReader();
        if (entryIndex < firstIndex) {
            return reader.headerThatMustBe(file, BlockIndex.filePosition(place)).previousTerm();
        }
        List<JournalEntry> entries = reader.entries(file, BlockIndex.filePosition(place));
        return entries.get((int) (entryIndex - entries.getFirst().index())).term();
    }
}
