package io.sluice.replication.journal;

import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.ChainReader.Block;
import io.sluice.replication.journal.ChainReader.Chain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Opens a journal's files, finds the chain and makes its end trustworthy. */
final class JournalOpening {
    private final Disk disk;
    private final Path directory;
    private final JournalSettings settings;
    private final List<JournalFile> opened = new ArrayList<>();
    private final FilePool pool;
    private final BlockIndex index = new BlockIndex();
    private final JournalWriter writer;

    private JournalOpening(Disk disk, Path directory, JournalSettings settings, RandomGenerator random) {
        this.disk = disk;
        this.directory = directory;
        this.settings = settings;
        pool = new FilePool(disk, directory, settings, random);
        writer = new JournalWriter(pool, index);
    }

    static JournalFiles open(Disk disk, Path directory, JournalSettings settings, RandomGenerator random) {
        JournalOpening opening = new JournalOpening(disk, directory, settings, random);
        boolean done = false;
        try {
            JournalFiles journal = opening.open();
            done = true;
            return journal;
        } finally {
            if (!done) {
                opening.opened.forEach(file -> file.content().close());
                opening.pool.close();
            }
        }
    }

    private JournalFiles open() {
        disk.createDirectories(directory);
        if (directory.getParent() != null) {
            disk.syncDirectory(directory.getParent());
        }
        List<JournalFile> chained = new ArrayList<>();
        List<JournalFile> trimmed = new ArrayList<>();
        List<JournalFile> unfilled = new ArrayList<>();
        sort(chained, trimmed, unfilled);
        // The last process may have died before it had made the names of its newest files durable.
        disk.syncDirectory(directory);
        if (chained.isEmpty()) {
            refuseLostHeaders(unfilled, 1);
            return begin(List.of(), unfilled);
        }
        Chain chain = new ChainReader(chained).read();
        refuseLostHeaders(unfilled, chain.firstLsn());
        if (chain.blocks().isEmpty() && !chain.isCut()) {
            return begin(chained, unfilled);
        }
        int live = chained.indexOf(chain.endFile()) + 1;
        pool.adopt(chained.subList(0, live), trimmed, chained.subList(live, chained.size()), unfilled);
        continueChain(chain);
        boolean closedCleanly = chain.endsWith(BlockType.CLOSE) && !chain.isCut();
        return new JournalFiles(pool, index, writer, closedCleanly);
    }

    /** Without a block nothing proves that a header found here is durable, so the first file is prepared again. */
    private JournalFiles begin(List<JournalFile> blank, List<JournalFile> unfilled) {
        pool.adopt(List.of(), List.of(), blank, unfilled);
        pool.switchAtStart(settings.firstFileBytes() - FileHeader.PAGE_BYTES, settings.firstFileBytes());
        return new JournalFiles(pool, index, writer, true);
    }

    /** Which files count: those from the oldest that the newest headers name. */
    private void sort(List<JournalFile> chained, List<JournalFile> trimmed, List<JournalFile> unfilled) {
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
        refuseGaps(chained, oldest);
    }

    /**
     * A header is durable before the first block behind it is written, so blocks without a header mean damage, unless they
     * are older than the chain: then the file was trimmed.
     */
    private static void refuseLostHeaders(List<JournalFile> unfilled, long firstLsn) {
        BlockReader reader = new BlockReader();
        for (JournalFile file : unfilled) {
            BlockHeader first = reader.firstBlockOfAnyFile(file);
            if (first != null && first.lsn() >= firstLsn) {
                throw BlockReader.damaged(file, 0, " (file header)");
            }
        }
    }

    private void refuseGaps(List<JournalFile> chained, long oldest) {
        for (int at = 0; at < chained.size(); at++) {
            if (chained.get(at).sequence() != oldest + at) {
                throw new DamagedJournalException("the journal in " + directory + " has no file with sequence number "
                        + (oldest + at) + ", but " + chained.get(at).name() + " has "
                        + chained.get(at).sequence());
            }
        }
    }

    private void continueChain(Chain chain) {
        RecoveredState state = new RecoveredState(pool, index);
        state.build(chain);
        long lsn = chain.lastLsn();
        boolean endsWithProof = !chain.isCut() && (chain.endsWith(BlockType.PROOF) || chain.endsWith(BlockType.CLOSE));
        if (endsWithProof) {
            renewProof(chain.blocks().getLast());
        } else {
            lsn = new TailRewriter(pool, index, chain).rewrite(state);
        }
        writer.continueFrom(lsn, lsn, state.lastIndex(), state.lastTerm(), endsWithProof);
    }

    /**
     * Whether the last block itself is durable is not known, but it holds no entries, so it may be written again where it
     * is. From then on it is a PROOF: a CLOSE at the end of a chain means that nothing was written behind it.
     */
    private void renewProof(Block last) {
        BlockHeader header = last.header();
        BlockWriter.Origin origin =
                new BlockWriter.Origin(header.lsn(), header.syncedTo(), header.previousIndex(), header.previousTerm());
        new BlockWriter().writeEmpty(last.file(), last.filePosition(), origin, BlockType.PROOF);
        pool.syncAll();
    }
}
