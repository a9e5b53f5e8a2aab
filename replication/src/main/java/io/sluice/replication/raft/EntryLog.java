package io.sluice.replication.raft;

import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import io.sluice.common.Check;
import io.sluice.common.Clock;
import io.sluice.common.Histogram;
import io.sluice.log.disk.DiskFullException;
import io.sluice.replication.journal.JournalEntry;
import io.sluice.replication.journal.JournalFiles;
import io.sluice.replication.journal.JournalFullException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's log over the journal files. One thread of the engine changes it; any thread reads entries, without the
 * engine's lock, so that an entry may be asked for while it is trimmed. To answer null then would put the node into its
 * error state for good, so trimmed entries stay readable for a while.
 *
 * <p>Whatever fails here ends the process: the engine would go on without its log.
 */
final class EntryLog implements LogStorage {
    private static final Logger LOG = LoggerFactory.getLogger(EntryLog.class);
    private static final int FULL_ATTEMPTS_MAX = 50;
    private static final long FULL_WAIT_MS = 20;
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long BLOCK_BYTES_MAX = 8L << 20;
    private static final int BLOCK_ENTRIES_MAX = 16_384;

    private final JournalFiles files;
    private final Clock clock;
    private final LongSupplier checkpointedIndex;
    private final LongSupplier handedOverIndex;
    private final Peers.Members initialMembers;
    private final Halt halt;
    private final Runnable appendedMore;
    private final Histogram writeTimes = Histogram.ofLatencies();
    private final RecentBlocks recentBlocks;
    /** Entries below may go once the grace is over; 0 for none. */
    private long trimmableTo;

    private long trimmableSinceNs;
    private volatile boolean isStopping;
    private volatile long durableIndex;
    private volatile long appendedBytes;
    private volatile long syncs;

    /**
     * Over open files. {@code checkpointedIndex} answers up to where no entry is needed any more, {@code handedOverIndex} up
     * to where all are committed and were handed over; {@code initialMembers} are
     * those of a log that names none, as one that a single node wrote, or nobody; {@code appendedMore} hears
     * of each append; blocks of {@code readBytes} are kept of those that were read.
     */
    EntryLog(
            JournalFiles files,
            Clock clock,
            LongSupplier checkpointedIndex,
            LongSupplier handedOverIndex,
            Peers.Members initialMembers,
            Halt halt,
            Runnable appendedMore,
            LongSupplier readBytes) {
        this.files = files;
        this.clock = clock;
        this.checkpointedIndex = checkpointedIndex;
        this.handedOverIndex = handedOverIndex;
        this.initialMembers = initialMembers;
        this.halt = halt;
        this.appendedMore = appendedMore;
        this.recentBlocks = new RecentBlocks(files, readBytes);
        durableIndex = files.lastIndex();
    }

    @Override
    public boolean init(LogStorageOptions options) {
        ConfigurationManager configurations = options.getConfigurationManager();
        boolean[] found = new boolean[1];
        // The record of the checkpoint has the members before it; what lies behind it is read again soon, to be
        // applied.
        long fromIndex = handedOverIndex.getAsLong() + 1;
        if (fromIndex <= files.lastIndex()) {
            files.replay(fromIndex, entry -> {
                if (entry.type() == EntryCodec.CONFIGURATION) {
                    found[0] = true;
                    configurations.add(EntryCodec.members(entry).entry(entry.index(), entry.term()));
                }
            });
        }
        boolean hasEntries = files.lastIndex() >= files.firstIndex();
        if (!found[0] && hasEntries && !initialMembers.voters().isEmpty()) {
            configurations.add(initialMembers.entry(files.firstIndex(), 0));
        }
        return true;
    }

    /** The files belong to the journal, which closes them after the engine has stopped. */
    @Override
    public void shutdown() {}

    @Override
    public long getFirstLogIndex() {
        return files.firstIndex();
    }

    @Override
    public long getLastLogIndex() {
        return files.lastIndex();
    }

    @Override
    public @Nullable LogEntry getEntry(long index) {
        try {
            JournalEntry entry = recentBlocks.find(index);
            return entry == null ? null : EntryCodec.toEngine(entry);
        } catch (RuntimeException unreadable) {
            halt.halt(unreadable);
            return null;
        }
    }

    @Override
    @Deprecated
    public long getTerm(long index) {
        return termAt(index);
    }

    /** Term of an entry on disk, 0 if it is not there. Any thread. */
    long termAt(long index) {
        try {
            JournalEntry entry = recentBlocks.find(index);
            return entry == null ? 0 : entry.term();
        } catch (RuntimeException unreadable) {
            // The engine asks with a lock of its own in its hands, which it would never give back.
            halt.halt(unreadable);
            return 0;
        }
    }

    @Override
    public boolean appendEntry(LogEntry entry) {
        return appendEntries(List.of(entry)) == 1;
    }

    @Override
    public int appendEntries(List<LogEntry> entries) {
        return changing(() -> append(entries), 0);
    }

    private int append(List<LogEntry> entries) {
        if (entries.isEmpty()) {
            return 0;
        }
        // The engine reports a cut below what it has applied as an error in its log only, and then appends over it.
        Check.check(
                entries.getFirst().getId().getIndex() == files.lastIndex() + 1,
                "the engine appends entry %d behind entry %d",
                entries.getFirst().getId().getIndex(),
                files.lastIndex());
        files.noteCommitted(handedOverIndex.getAsLong());
        long startNs = clock.nanoTime();
        List<JournalEntry> block = new ArrayList<>(entries.size());
        long blockBytes = 0;
        long bytes = 0;
        for (LogEntry entry : entries) {
            JournalEntry converted = EntryCodec.toJournal(entry);
            int bodyBytes = converted.body().remaining();
            if (!block.isEmpty() && (blockBytes + bodyBytes > BLOCK_BYTES_MAX || block.size() == BLOCK_ENTRIES_MAX)) {
                write(block, false);
                block.clear();
                blockBytes = 0;
            }
            block.add(converted);
            blockBytes += bodyBytes;
            bytes += bodyBytes;
        }
        write(block, true);
        durableIndex = files.lastIndex();
        writeTimes.record(clock.nanoTime() - startNs);
        appendedBytes += bytes;
        syncs++;
        trimIfGraceIsOver();
        appendedMore.run();
        return entries.size();
    }

    /**
     * A full disk is waited out: the others go on meanwhile, and a node that ended would find it as full at its next start. A
     * full budget is exceeded after a while, because the engine trims on this thread: nothing gets better before it returns.
     */
    private void write(List<JournalEntry> block, boolean sync) {
        for (int attempt = 0; !tryWrite(block, sync, attempt >= FULL_ATTEMPTS_MAX); attempt++) {
            if (attempt == 0) {
                LOG.warn("no room for the journal's next file; waits for a checkpoint or for space on the disk");
            }
            pause();
        }
        recentBlocks.wrote(block);
    }

    private boolean tryWrite(List<JournalEntry> block, boolean sync, boolean mayExceedBudget) {
        try {
            if (mayExceedBudget || isStopping) {
                files.appendBeyondBudget(block, sync);
            } else {
                files.append(block, sync);
            }
            return true;
        } catch (JournalFullException full) {
            return trimNow() && tryWrite(block, sync, mayExceedBudget);
        } catch (DiskFullException full) {
            if (!files.isUsable() || isStopping) {
                throw full;
            }
            return false;
        }
    }

    private synchronized void pause() {
        try {
            wait(FULL_WAIT_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on nobody waits for room. */
    synchronized void stop() {
        isStopping = true;
        notifyAll();
    }

    /** Trims lag: what the engine gives up now stays readable for who asked for it just before. */
    @Override
    public boolean truncatePrefix(long firstKeptIndex) {
        return changing(
                () -> {
                    if (firstKeptIndex > files.lastIndex() + 1) {
                        files.trimPrefix(firstKeptIndex);
                        durableIndex = files.lastIndex();
                        recentBlocks.clear();
                        trimmableTo = 0;
                        return true;
                    }
                    trimIfGraceIsOver();
                    if (trimmableTo == 0) {
                        trimmableSinceNs = clock.nanoTime();
                    }
                    trimmableTo = Math.max(trimmableTo, firstKeptIndex);
                    if (isTight()) {
                        trimNow();
                    }
                    return true;
                },
                false);
    }

    /** Whether the budget is used up for the most part, so that a leader takes no more until a checkpoint lets entries go; any thread. */
    boolean isTight() {
        return files.isTight();
    }

    private void trimIfGraceIsOver() {
        if (trimmableTo > 0 && clock.nanoTime() - trimmableSinceNs >= GRACE_NS) {
            trimNow();
        }
    }

    /** Whether there was anything to trim. */
    private boolean trimNow() {
        long firstKeptIndex = Math.min(trimmableTo, checkpointedIndex.getAsLong() + 1);
        trimmableTo = 0;
        if (firstKeptIndex > 0) {
            files.trimPrefix(firstKeptIndex);
        }
        return firstKeptIndex > 0;
    }

    @Override
    public boolean truncateSuffix(long lastKeptIndex) {
        return changing(
                () -> {
                    Check.check(
                            lastKeptIndex >= handedOverIndex.getAsLong(),
                            "the engine cuts entries above %d, but entry %d was handed over",
                            lastKeptIndex,
                            handedOverIndex.getAsLong());
                    files.truncateSuffix(lastKeptIndex);
                    durableIndex = files.lastIndex();
                    recentBlocks.clear();
                    return true;
                },
                false);
    }

    @Override
    public boolean reset(long nextIndex) {
        return changing(
                () -> {
                    files.reset(nextIndex);
                    durableIndex = files.lastIndex();
                    recentBlocks.clear();
                    trimmableTo = 0;
                    return true;
                },
                false);
    }

    /**
     * A change that fails is the end: what the engine would do without it is worse. Where the end takes its time it is
     * answered as the engine wants it; an exception would leave its thread behind in the middle of a step.
     */
    private <T> T changing(Supplier<T> change, T failure) {
        try {
            return change.get();
        } catch (RuntimeException failed) {
            if (!isStopping) {
                halt.halt(failed);
            }
            return failure;
        }
    }

    /** Newest entry that is on disk and synced; any thread. */
    long durableIndex() {
        return durableIndex;
    }

    /** Bodies appended since the start; any thread. */
    long appendedBytes() {
        return appendedBytes;
    }

    /** Syncs since the start; any thread. */
    long syncs() {
        return syncs;
    }

    Histogram writeTimes() {
        return writeTimes;
    }
}
