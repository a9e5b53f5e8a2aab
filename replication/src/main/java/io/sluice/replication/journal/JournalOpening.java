package io.sluice.replication.journal;

import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.ChainReader.Block;
import io.sluice.replication.journal.ChainReader.Chain;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Opens a journal's files, finds the chain and makes its end trustworthy. */
final class JournalOpening {
    private final Disk disk;
    private final Path directory;
    private final JournalSettings settings;
    private final long neededIndex;
    private final FoundFiles found;
    private final FilePool pool;
    private final BlockIndex index = new BlockIndex();
    private final JournalWriter writer;

    private JournalOpening(
            Disk disk, Path directory, JournalSettings settings, RandomGenerator random, long neededIndex) {
        this.disk = disk;
        this.directory = directory;
        this.settings = settings;
        this.neededIndex = neededIndex;
        found = new FoundFiles(disk, directory);
        pool = new FilePool(disk, directory, settings, random);
        writer = new JournalWriter(pool, index);
    }

    static JournalFiles open(
            Disk disk, Path directory, JournalSettings settings, RandomGenerator random, long neededIndex) {
        JournalOpening opening = new JournalOpening(disk, directory, settings, random, neededIndex);
        boolean done = false;
        try {
            JournalFiles journal = opening.open();
            done = true;
            return journal;
        } finally {
            if (!done) {
                opening.found.close();
                opening.pool.close();
            }
        }
    }

    /** Reads what {@link #open} would trust, and the entries behind it that will be read; changes nothing. */
    static void check(Disk disk, Path directory, long neededIndex) {
        FoundFiles found = new FoundFiles(disk, directory);
        try {
            found.find();
            found.chain().ifPresent(chain -> checkBodies(chain, neededIndex));
        } finally {
            found.close();
        }
    }

    /** Whether no file has a header: each journal that was ever opened has one that does. */
    static boolean isMissing(Disk disk, Path directory) {
        FoundFiles found = new FoundFiles(disk, directory);
        try {
            found.find();
            return found.chained().isEmpty() && found.trimmed().isEmpty();
        } finally {
            found.close();
        }
    }

    private static void checkBodies(Chain chain, long neededIndex) {
        BlockReader reader = new BlockReader();
        for (Block block : chain.blocks()) {
            BlockHeader header = block.header();
            boolean isNeeded =
                    header.type() == BlockType.ENTRIES && header.previousIndex() + header.entryCount() >= neededIndex;
            if (isNeeded && !reader.bodyIsIntact(block.file(), block.filePosition(), header)) {
                throw BlockReader.damaged(block.file(), block.filePosition(), " (LSN " + block.lsn() + ")");
            }
        }
    }

    private JournalFiles open() {
        disk.createDirectories(directory);
        if (directory.getParent() != null) {
            disk.syncDirectory(directory.getParent());
        }
        found.find();
        // The last process may have died before it had made the names of its newest files durable.
        disk.syncDirectory(directory);
        Optional<Chain> known = found.chain();
        List<JournalFile> chained = found.chained();
        if (known.isEmpty() || (known.get().blocks().isEmpty() && !known.get().isCut())) {
            return begin(chained, found.unfilled());
        }
        Chain chain = known.get();
        int live = chained.indexOf(chain.endFile()) + 1;
        pool.adopt(chained.subList(0, live), found.trimmed(), chained.subList(live, chained.size()), found.unfilled());
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

    private void continueChain(Chain chain) {
        RecoveredState state = new RecoveredState(pool, index);
        state.build(chain);
        long lsn = chain.lastLsn();
        boolean endsWithProof = !chain.isCut() && (chain.endsWith(BlockType.PROOF) || chain.endsWith(BlockType.CLOSE));
        if (endsWithProof) {
            renewProof(chain.blocks().getLast());
            trim(chain, lsn, state.lastIndex());
        } else {
            // Before the rewriting, which needs a file: one of those that nobody needs.
            trim(chain, chain.provenLsn(), state.lastIndex());
            TailRewriter rewriter = new TailRewriter(pool, index, chain);
            lsn = rewriter.rewrite(state, firstNeeded(state.lastIndex()));
            endsWithProof = rewriter.endsWithProof();
        }
        pool.shrinkToBudget();
        writer.continueFrom(lsn, state, endsWithProof);
    }

    /** First entry that stays, at least: a journal that ends before what is needed says nothing of what is not. */
    private long firstNeeded(long lastIndex) {
        return neededIndex > lastIndex + 1 ? 0 : neededIndex;
    }

    /**
     * Frees the files before the first needed entry, but for those without which it is not proven that the chain's first block
     * would be found again after a power cut.
     */
    private void trim(Chain chain, long durableLsn, long lastIndex) {
        long firstIndex = Math.max(firstNeeded(lastIndex), index.firstIndexOr(lastIndex + 1));
        long sequence =
                firstIndex > lastIndex ? pool.current().sequence() : BlockIndex.sequence(index.placeOf(firstIndex));
        Map<Long, Long> firstLsns = new HashMap<>();
        for (Block block : chain.blocks()) {
            boolean isFirst = block.filePosition() == FileHeader.PAGE_BYTES;
            firstLsns.putIfAbsent(block.file().sequence(), isFirst ? block.lsn() : Long.MAX_VALUE);
        }
        long oldest = pool.live().getFirst().sequence();
        while (sequence > oldest && firstLsns.getOrDefault(sequence, Long.MAX_VALUE) > durableLsn) {
            sequence--;
        }
        index.dropBelow(sequence);
        pool.freeBelow(sequence);
    }

    /**
     * Whether the last block itself is durable is not known, but it holds no entries, so it may be written again where it
     * is. From then on it is a PROOF: a CLOSE at the end of a chain means that nothing was written behind it.
     */
    private void renewProof(Block last) {
        BlockHeader header = last.header();
        BlockWriter.Origin origin = new BlockWriter.Origin(
                header.lsn(),
                header.syncedTo(),
                header.previousIndex(),
                header.previousTerm(),
                header.committedIndex());
        new BlockWriter().writeEmpty(last.file(), last.filePosition(), origin, BlockType.PROOF);
        pool.syncAll();
    }
}
