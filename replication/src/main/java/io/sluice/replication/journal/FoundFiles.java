package io.sluice.replication.journal;

import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.ChainReader.Chain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The files in a journal's directory, by what their headers say; open until whoever asked closes or keeps them. */
final class FoundFiles {
    private final Disk disk;
    private final Path directory;
    private final List<JournalFile> opened = new ArrayList<>();
    private final List<JournalFile> chained = new ArrayList<>();
    private final List<JournalFile> trimmed = new ArrayList<>();
    private final List<JournalFile> unfilled = new ArrayList<>();

    FoundFiles(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** By ascending sequence number without a gap; the first is the oldest that counts. */
    List<JournalFile> chained() {
        return chained;
    }

    /** Those before it. */
    List<JournalFile> trimmed() {
        return trimmed;
    }

    /** Those without a readable header. */
    List<JournalFile> unfilled() {
        return unfilled;
    }

    /** Which files count: those from the oldest that the newest headers name. */
    void find() {
        long oldest = 1;
        for (String name : disk.list(directory)) {
            if (!FilePool.isName(name)) {
                continue;
            }
            JournalFile file = new JournalFile(name, disk.open(directory.resolve(name)));
            opened.add(file);
            FileHeader header = file.readHeader();
            if (header == null) {
                unfilled.add(file);
            } else {
                chained.add(file);
                oldest = Math.max(oldest, header.oldestSequence());
            }
        }
        chained.sort(Comparator.comparingLong(JournalFile::sequence));
        while (!chained.isEmpty() && chained.getFirst().sequence() < oldest) {
            trimmed.add(chained.removeFirst());
        }
        refuseGaps(oldest);
    }

    /** The chain in them; empty if there is no file that counts. */
    Optional<Chain> chain() {
        Optional<Chain> chain = chained.isEmpty() ? Optional.empty() : Optional.of(new ChainReader(chained).read());
        refuseLostHeaders(chain.map(Chain::firstLsn).orElse(1L));
        return chain;
    }

    /**
     * A header is durable before the first block behind it is written, so blocks without a header mean damage, unless they
     * are older than the chain: then the file was trimmed.
     */
    private void refuseLostHeaders(long firstLsn) {
        BlockReader reader = new BlockReader();
        for (JournalFile file : unfilled) {
            BlockHeader first = reader.firstBlockOfAnyFile(file);
            if (first != null && first.lsn() >= firstLsn) {
                throw BlockReader.damaged(file, 0, " (file header)");
            }
        }
    }

    private void refuseGaps(long oldest) {
        for (int at = 0; at < chained.size(); at++) {
            if (chained.get(at).sequence() != oldest + at) {
                throw new DamagedJournalException("the journal in " + directory + " has no file with sequence number "
                        + (oldest + at) + ", but " + chained.get(at).name() + " has "
                        + chained.get(at).sequence());
            }
        }
    }

    void close() {
        opened.forEach(file -> file.content().close());
    }
}
