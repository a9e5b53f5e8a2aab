package io.sluice.replication.journal;

import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import io.sluice.common.Check;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFullException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of one journal: free → prepared → live (the newest is the current one) → free. Files are recycled and not
 * deleted, because freeing blocks makes the device trim, which slows every sync meanwhile; but for those above the budget,
 * which unclean starts may have made, and where the disk has no room for anything else.
 *
 * <p>Any thread may prepare; the appending thread does the rest. The lock is never held during I/O: a file that is being
 * prepared is in no list.
 */
final class FilePool {
    private static final long FILL_PAUSE_MS = 4;
    /** The next file is full of zeros before a third of what the current one had left is used. */
    private static final int FILL_LEAD = 3;

    private final Disk disk;
    private final Path directory;
    private final JournalSettings settings;
    private final RandomGenerator random;
    /** Ascending sequence numbers without a gap. */
    private final List<JournalFile> live = new ArrayList<>();
    /** Trimmed, by ascending sequence number. */
    private final ArrayDeque<JournalFile> free = new ArrayDeque<>();
    /** Without content that counts; taken first, because their headers may claim the next sequence numbers. */
    private final ArrayDeque<JournalFile> blank = new ArrayDeque<>();
    /** Without a header, because the disk was full for instance; taken last, because they need space. */
    private final ArrayDeque<JournalFile> unfilled = new ArrayDeque<>();

    private @Nullable JournalFile prepared;
    private boolean preparing;
    private boolean closed;
    /** Somebody cannot go on until the next file is prepared. */
    private boolean isAwaited;

    private int replays;

    FilePool(Disk disk, Path directory, JournalSettings settings, RandomGenerator random) {
        this.disk = disk;
        this.directory = directory;
        this.settings = settings;
        this.random = random;
    }

    Path directory() {
        return directory;
    }

    /** Takes over the files found at open: nothing else may have been called. */
    void adopt(
            List<JournalFile> liveFiles,
            List<JournalFile> freeFiles,
            List<JournalFile> blankFiles,
            List<JournalFile> unfilledFiles) {
        live.addAll(liveFiles);
        unfilled.addAll(unfilledFiles);
        blank.addAll(blankFiles);
        free.addAll(freeFiles);
    }

    static String nameOf(int number) {
        return String.format(Locale.ROOT, "%03d.journal", number);
    }

    static boolean isName(String name) {
        return name.matches("[0-9]{3,6}\\.journal");
    }

    synchronized JournalFile current() {
        return live.getLast();
    }

    synchronized List<JournalFile> live() {
        return List.copyOf(live);
    }

    /** The live file with the sequence number. */
    synchronized JournalFile live(long sequence) {
        return live.get((int) (sequence - live.getFirst().sequence()));
    }

    /** The live file, or one that was trimmed since the running replay began. */
    synchronized JournalFile replayed(long sequence) {
        for (JournalFile file : free) {
            if (file.sequence() == sequence) {
                return file;
            }
        }
        return live(sequence);
    }

    /** Syncs files that are full, so that the appending thread finds little to sync when it must. */
    void syncFull() {
        List<JournalFile> files = live();
        files.subList(0, Math.max(0, files.size() - 1)).forEach(JournalFile::syncIfNeeded);
    }

    /** Prepares the next file unless there is one, it is being prepared, or the budget has no room; unhurriedly. */
    void prepareNext() {
        prepare(PAGE_BYTES, settings.fileBytes(), settings.budgetBytes(), unhurried());
    }

    private synchronized JournalFile.Pace unhurried() {
        if (live.isEmpty()) {
            return JournalFile.Pace.FULL;
        }
        JournalFile current = live.getLast();
        long usedBefore = current.usedBytes();
        return (filledBytes, targetBytes) ->
                pauseIfThereIsTime(current, usedBefore, (double) filledBytes / targetBytes);
    }

    /**
     * Filling a file at full speed takes a core for tens of milliseconds and fills the device's queue, which the slowest
     * hundredth of all acknowledgements shows. There is time while filling is well ahead of what the rest of the current file is
     * used.
     */
    private synchronized boolean pauseIfThereIsTime(JournalFile current, long usedBefore, double filledShare) {
        long restBytes = Math.max(1, current.sizeBytes() - usedBefore);
        double usedShare = (double) (current.usedBytes() - usedBefore) / restBytes;
        if (isAwaited || closed || filledShare < FILL_LEAD * usedShare) {
            return false;
        }
        try {
            wait(FILL_PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    /** Makes the prepared file the current one; it holds at least one block of that size. */
    JournalFile switchTo(long blockBytes) {
        return switchTo(blockBytes, settings.fileBytes(), settings.budgetBytes());
    }

    /**
     * The same for an unclean start: may exceed the budget, because nothing can be trimmed before the journal is open, and
     * makes a new file no larger than wished, because the start waits for it.
     */
    JournalFile switchAtStart(long blockBytes, long wishedBytes) {
        long fileBytes = Math.min(settings.fileBytes(), Math.max(settings.firstFileBytes(), wishedBytes));
        return switchTo(blockBytes, fileBytes, Long.MAX_VALUE);
    }

    /** The same where nothing could be trimmed and waiting did not help either: may exceed the budget. */
    JournalFile switchBeyondBudget(long blockBytes) {
        return switchTo(blockBytes, settings.fileBytes(), Long.MAX_VALUE);
    }

    private JournalFile switchTo(long blockBytes, long fileBytes, long budgetBytes) {
        long leastBytes = PAGE_BYTES + blockBytes;
        awaitPreparation();
        prepare(leastBytes, fileBytes, budgetBytes, JournalFile.Pace.FULL);
        JournalFile next = prepared(budgetBytes);
        if (next.sizeBytes() < leastBytes) {
            grow(next, leastBytes, budgetBytes);
        }
        synchronized (this) {
            prepared = null;
            live.add(next);
            return next;
        }
    }

    private synchronized void awaitPreparation() {
        boolean interrupted = false;
        isAwaited = true;
        notifyAll();
        while (preparing) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        isAwaited = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized JournalFile prepared(long budgetBytes) {
        if (prepared == null) {
            throw full(budgetBytes);
        }
        return prepared;
    }

    private JournalFullException full(long budgetBytes) {
        return new JournalFullException(
                "the journal in " + directory + " has used its budget of " + budgetBytes + " bytes");
    }

    private void grow(JournalFile file, long targetBytes, long budgetBytes) {
        synchronized (this) {
            if (totalBytes() + targetBytes - file.sizeBytes() > budgetBytes) {
                throw full(budgetBytes);
            }
        }
        file.fillTo(targetBytes, JournalFile.Pace.FULL);
        file.content().sync();
    }

    private void prepare(long leastBytes, long fileBytes, long budgetBytes, JournalFile.Pace pace) {
        Plan plan;
        synchronized (this) {
            if (prepared != null || preparing || closed) {
                return;
            }
            plan = plan(roundedUp(leastBytes), roundedUp(Math.max(leastBytes, fileBytes)), budgetBytes);
            if (plan == null) {
                return;
            }
            preparing = true;
        }
        boolean done = false;
        JournalFile file = plan.recycled();
        try {
            file = file == null ? create() : file;
            fill(file, plan, pace);
            file.begin(plan.header());
            syncName(file);
            done = true;
        } finally {
            finish(plan, file, done);
        }
    }

    private static long roundedUp(long bytes) {
        return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }

    /** Which file becomes the next one: one that was waiting (null: a new one), with what header, how large. */
    private record Plan(
            ArrayDeque<JournalFile> source,
            @Nullable JournalFile recycled,
            FileHeader header,
            long leastBytes,
            long targetBytes) {}

    private @Nullable Plan plan(long leastBytes, long wishedBytes, long budgetBytes) {
        long sequence = live.isEmpty() ? 1 : live.getLast().sequence() + 1;
        long oldest = live.isEmpty() ? 1 : live.getFirst().sequence();
        FileHeader header = new FileHeader(random.nextLong(), sequence, oldest);
        ArrayDeque<JournalFile> source = source();
        JournalFile recycled = source.peekFirst();
        long sizeBytes = recycled == null ? 0 : recycled.sizeBytes();
        long targetBytes = Math.max(sizeBytes, wishedBytes);
        long othersBytes = totalBytes() - sizeBytes;
        if (othersBytes + targetBytes > budgetBytes) {
            targetBytes = Math.max(sizeBytes, leastBytes);
        }
        // A budget that was made smaller than what is there already still allows to use what is there.
        boolean takesMore = recycled == null || targetBytes > sizeBytes;
        boolean fits = !takesMore || othersBytes + targetBytes <= budgetBytes;
        if (!fits || (recycled == null && targetBytes < Math.min(wishedBytes, settings.firstFileBytes()))) {
            return null;
        }
        source.pollFirst();
        return new Plan(source, recycled, header, leastBytes, targetBytes);
    }

    private ArrayDeque<JournalFile> source() {
        if (!blank.isEmpty()) {
            return blank;
        }
        return replays == 0 && !free.isEmpty() ? free : unfilled;
    }

    private JournalFile create() {
        Set<String> taken = all().stream().map(JournalFile::name).collect(Collectors.toSet());
        int number = 0;
        while (taken.contains(nameOf(number))) {
            number++;
        }
        String name = nameOf(number);
        JournalFile created = new JournalFile(name, disk.create(directory.resolve(name)));
        created.nameIsDurable(false);
        return created;
    }

    private void syncName(JournalFile file) {
        if (!file.isNameDurable()) {
            disk.syncDirectory(directory);
            file.nameIsDurable(true);
        }
    }

    /** On a full disk a recycled file is good as it is. */
    private static void fill(JournalFile file, Plan plan, JournalFile.Pace pace) {
        try {
            file.fillTo(plan.targetBytes(), pace);
        } catch (DiskFullException full) {
            if (plan.recycled() == null || file.sizeBytes() < plan.leastBytes()) {
                throw full;
            }
        }
    }

    /** A file whose preparation failed may show the next sequence number already, so it must be the one that gets it. */
    private synchronized void finish(Plan plan, @Nullable JournalFile file, boolean done) {
        preparing = false;
        if (done) {
            prepared = file;
        } else if (file != null) {
            (file.sequence() == plan.header().sequence() ? blank : plan.source()).addFirst(file);
        }
        notifyAll();
    }

    /** Bytes of blocks in live files from the place on. */
    synchronized long bytesFrom(long sequence, long filePosition) {
        long sum = PAGE_BYTES - filePosition;
        for (JournalFile file : live) {
            if (file.sequence() >= sequence) {
                sum += file.usedBytes() - PAGE_BYTES;
            }
        }
        return sum;
    }

    /**
     * Deletes files that hold nothing until all together take no more than so many bytes, or one of them is left: the next
     * one, whose header says durably that the others count no more. Nothing happens while the next file is prepared or a
     * replay runs.
     */
    void shrinkTo(long bytesMax) {
        if (!hasMoreThan(bytesMax)) {
            return;
        }
        // Without a budget: no other file than one that is there.
        prepare(PAGE_BYTES, PAGE_BYTES, 0, JournalFile.Pace.FULL);
        JournalFile next;
        FileHeader header;
        synchronized (this) {
            if (prepared == null || preparing || closed) {
                return;
            }
            next = prepared;
            prepared = null;
            preparing = true;
            header = new FileHeader(
                    random.nextLong(), next.sequence(), live.getFirst().sequence());
        }
        boolean done = false;
        try {
            if (next.oldestSequence() < header.oldestSequence()) {
                next.begin(header);
            }
            delete(takeSurplus(bytesMax - next.sizeBytes()));
            done = true;
        } finally {
            finishShrinking(next, done);
        }
    }

    /** Deletes what is above the budget. */
    void shrinkToBudget() {
        shrinkTo(settings.budgetBytes());
    }

    private synchronized boolean hasMoreThan(long bytesMax) {
        boolean hasIdle = !free.isEmpty() || !blank.isEmpty() || !unfilled.isEmpty();
        return hasIdle && replays == 0 && !live.isEmpty() && totalBytes() > bytesMax;
    }

    /** Of the blank ones the last first: the headers of those that stay must not leave a gap. */
    private synchronized List<JournalFile> takeSurplus(long bytesMax) {
        List<JournalFile> surplus = new ArrayList<>();
        long bytes = totalBytes();
        while (replays == 0 && bytes > bytesMax && !(free.isEmpty() && unfilled.isEmpty() && blank.isEmpty())) {
            ArrayDeque<JournalFile> source = !free.isEmpty() ? free : !unfilled.isEmpty() ? unfilled : blank;
            JournalFile file = source.removeLast();
            bytes -= file.sizeBytes();
            surplus.add(file);
        }
        return surplus;
    }

    /** Durably: a name that came back after a power cut might bear a sequence number that was given again. */
    private void delete(List<JournalFile> surplus) {
        surplus.forEach(JournalFile::retire);
        surplus.forEach(file -> disk.delete(directory.resolve(file.name())));
        if (!surplus.isEmpty()) {
            disk.syncDirectory(directory);
        }
    }

    /** Of one whose header may or may not be written nobody knows the salt. */
    private synchronized void finishShrinking(JournalFile next, boolean done) {
        preparing = false;
        if (done) {
            prepared = next;
        } else {
            blank.addFirst(next);
        }
        notifyAll();
    }

    /** Bytes that can be appended before the budget is used up, headers of blocks and what stays free at files' ends included. */
    synchronized long roomBytes() {
        long roomBytes = Math.max(0, settings.budgetBytes() - totalBytes());
        if (prepared != null) {
            roomBytes += prepared.sizeBytes();
        }
        if (!live.isEmpty()) {
            roomBytes += live.getLast().sizeBytes() - live.getLast().usedBytes();
        }
        return roomBytes + sizeBytes(free) + sizeBytes(blank) + sizeBytes(unfilled);
    }

    /** Whether less than a quarter of the budget is left. */
    boolean isTight() {
        return roomBytes() < settings.budgetBytes() / 4;
    }

    /** Bytes of the live files, used or not. */
    synchronized long liveBytes() {
        return sizeBytes(live);
    }

    private static long sizeBytes(Collection<JournalFile> files) {
        long bytes = 0;
        for (JournalFile file : files) {
            bytes += file.sizeBytes();
        }
        return bytes;
    }

    /** Frees live files below the sequence number, but never the current one. */
    synchronized void freeBelow(long sequence) {
        while (live.size() > 1 && live.getFirst().sequence() < sequence) {
            free.addLast(live.removeFirst());
        }
    }

    /** While a replay runs no file is recycled. */
    synchronized void replayStarts() {
        replays++;
    }

    synchronized void replayEnds() {
        Check.check(replays > 0, "a replay ends once");
        replays--;
    }

    void syncAll() {
        live().forEach(JournalFile::syncIfNeeded);
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        awaitPreparation();
        List<JournalFile> open = all();
        synchronized (this) {
            live.clear();
            free.clear();
            blank.clear();
            unfilled.clear();
            prepared = null;
        }
        open.forEach(file -> file.content().close());
    }

    private synchronized long totalBytes() {
        long bytes = prepared == null ? 0 : prepared.sizeBytes();
        return bytes + sizeBytes(live) + sizeBytes(free) + sizeBytes(blank) + sizeBytes(unfilled);
    }

    private synchronized List<JournalFile> all() {
        List<JournalFile> all = new ArrayList<>(live);
        all.addAll(free);
        all.addAll(blank);
        all.addAll(unfilled);
        if (prepared != null) {
            all.add(prepared);
        }
        return all;
    }
}
