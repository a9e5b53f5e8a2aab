package io.sluice.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.DiskFullException;
import io.sluice.log.disk.SimulatedDisk;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LocalJournalTest {
    private static final Path DIRECTORY = Path.of("/shard/journal");

    private final SplittableRandom random = new SplittableRandom(4);
    private final SimulatedDisk disk = new SimulatedDisk(random.split());
    private final JournalContract.Source source = new JournalContract.Source();
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final SteppingClock clock = new SteppingClock();
    private volatile boolean isFull;

    /** Goes on by a step whenever it is read. */
    private static final class SteppingClock implements Clock {
        private final AtomicLong stepNs = new AtomicLong();
        private final AtomicLong nowNs = new AtomicLong();

        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public long nanoTime() {
            return nowNs.addAndGet(stepNs.get());
        }
    }

    @BeforeEach
    void makeTheShardsDirectory() {
        disk.createDirectories(DIRECTORY.getParent());
        disk.syncDirectory(Path.of("/"));
    }

    private record Entry(ByteBuffer body) implements Submission {}

    private void submit(int lengthBytes) {
        source.add(entry(lengthBytes));
    }

    private static Entry entry(int lengthBytes) {
        return new Entry(ByteBuffer.allocateDirect(lengthBytes));
    }

    private final class Listener implements JournalListener {
        @Override
        public void committed(List<CommittedEntry> entries) {
            entries.forEach(entry -> heard.add("committed " + entry.index()));
        }

        @Override
        public void rejected(List<? extends Submission> submissions, ErrorCode reason) {
            heard.add("rejected " + reason);
        }
    }

    private LocalJournal open(Disk on) {
        return open(on, 64 << 10, true);
    }

    private LocalJournal open(Disk on, int fileBytes, boolean synced) {
        JournalSettings settings = new JournalSettings(fileBytes, fileBytes, 16L * fileBytes);
        JournalFiles files = JournalFiles.open(on, DIRECTORY, settings, random);
        return new LocalJournal("shard-7", files, synced, 0, this::newThread, clock);
    }

    private Thread newThread(Runnable task) {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .uncaughtExceptionHandler((which, thrown) -> failure.complete(thrown))
                .unstarted(task);
        threads.add(thread);
        return thread;
    }

    private LocalJournal started(Disk on) {
        return started(open(on));
    }

    private LocalJournal started(LocalJournal journal) {
        journal.replay(1, entry -> {});
        journal.start(source, new Listener());
        return journal;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSmallEntryIsCommittedByWhoMadeIt(boolean synced) {
        LocalJournal journal = open(disk, 1 << 20, synced);
        journal.replay(1, entry -> {});
        HeldSource held = new HeldSource(entry(100));
        journal.start(held, new Listener());

        assertThat(journal.commitHere()).isTrue();

        assertThat(heard).containsExactly("committed 1");
        assertThat(journal.commitHere()).as("with nothing left").isFalse();
        held.release.complete(true);
        journal.stop(true);
        assertThat(open(disk, 1 << 20, synced).lastIndex()).isEqualTo(1);
    }

    @Test
    void aCommitThatWaitedForTheDeviceWarnsOfTheNext() {
        LocalJournal journal = open(disk, 1 << 20, false);
        journal.replay(1, entry -> {});
        HeldSource held = new HeldSource(entry(100));
        journal.start(held, new Listener());
        assertThat(journal.commitsWithoutWaiting()).isTrue();

        clock.stepNs.set(TimeUnit.MILLISECONDS.toNanos(5));
        assertThat(journal.commitHere()).isTrue();
        assertThat(journal.commitsWithoutWaiting()).isFalse();

        clock.stepNs.set(0);
        held.source.addSilently(entry(100));
        assertThat(journal.commitHere()).isTrue();
        assertThat(journal.commitsWithoutWaiting()).isTrue();
    }

    @Test
    void aSyncedCommitWaitsForTheDevice() {
        assertThat(open(disk, 1 << 20, true).commitsWithoutWaiting()).isFalse();
    }

    @Test
    void whatItsMakerCommittedIsSynced() {
        LocalJournal journal = open(disk, 1 << 20, true);
        journal.replay(1, entry -> {});
        journal.start(new HeldSource(entry(100)), new Listener());

        assertThat(journal.commitHere()).isTrue();

        assertThat(journal.syncs()).isEqualTo(1);
        assertThat(open(disk.afterPowerLoss(), 1 << 20, true).lastIndex()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoeverCommitsEntriesKeepTheirOrder(boolean synced) throws InterruptedException {
        LocalJournal journal = started(open(disk, 1 << 20, synced));
        int ofEach = 2_000;
        Thread other = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < ofEach; i++) {
                submit(50);
            }
        });
        for (int i = 0; i < ofEach; i++) {
            source.addSilently(entry(60));
            if (!journal.commitHere()) {
                source.announce();
            }
        }
        other.join();

        for (int index = 1; index <= 2 * ofEach; index++) {
            assertThat(heard.take()).isEqualTo("committed " + index);
        }
        journal.stop(true);
        assertThat(heard).isEmpty();
        assertThat(open(disk, 1 << 20, synced).lastIndex()).isEqualTo(2L * ofEach);
    }

    @Test
    void whatMayNeedAnotherFileIsTheMatterOfTheJournalsThread() throws InterruptedException {
        LocalJournal ofSmallFiles = open(disk, 64 << 10, false);
        ofSmallFiles.replay(1, entry -> {});
        HeldSource next = new HeldSource(entry(100));
        ofSmallFiles.start(next, new Listener());
        assertThat(ofSmallFiles.commitHere()).isFalse();
        next.release.complete(true);
        assertThat(heard.take()).isEqualTo("committed 1");
        ofSmallFiles.stop(true);
    }

    /** One entry, which the journal's own thread does not see before it is let go. */
    private static final class HeldSource implements SubmissionSource {
        private final CompletableFuture<Boolean> release = new CompletableFuture<>();
        private final JournalContract.Source source = new JournalContract.Source();

        HeldSource(Submission only) {
            source.addSilently(only);
        }

        @Override
        public void await(long waitNs) throws InterruptedException {
            release.join();
            source.await(waitNs);
        }

        @Override
        public List<? extends Submission> take(long maxBytes, long waitNs) throws InterruptedException {
            return source.take(maxBytes, waitNs);
        }

        @Override
        public List<? extends Submission> takeOnly(int maxBytes) {
            return source.takeOnly(maxBytes);
        }
    }

    @Test
    void whatAStartReplaysCountsForTheNextCheckpoint() throws InterruptedException {
        LocalJournal journal = started(disk);
        for (int index = 1; index <= 3; index++) {
            submit(5_000);
            assertThat(heard.take()).isEqualTo("committed " + index);
        }
        long bytes = journal.bytesSinceCheckpoint();
        journal.stop(true);

        LocalJournal next = started(disk);

        assertThat(bytes).isEqualTo(3 * 8_192);
        assertThat(next.bytesSinceCheckpoint()).isGreaterThanOrEqualTo(bytes);
        next.stop(true);
    }

    @Test
    void threadsAreNamedAfterTheJournalWhoeverStartsIt() {
        LocalJournal journal = started(disk);

        assertThat(threads).extracting(Thread::getName).containsExactly("shard-7-journal", "shard-7-prepare");
        journal.stop(true);
    }

    /** As where a preallocated file needs space to be written: to say "refused" of what may be there would be a lie. */
    @Test
    void aBlockThatMetAFullDiskEndsTheJournalInsteadOfBeingRefused() throws Exception {
        LocalJournal journal = started(proxy(Disk.class, disk));
        submit(10);
        assertThat(heard.take()).isEqualTo("committed 1");
        isFull = true;
        submit(32 << 10);

        assertThat(failure.get()).isInstanceOf(DiskFullException.class);

        journal.stop(false);
        assertThat(heard).isEmpty();
    }

    private <T> T proxy(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call(real, method, arguments)));
    }

    /** Full for large blocks, which are gathered, not for the files that are filled ahead. */
    private @Nullable Object call(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        if (isFull && arguments != null && arguments.length > 0 && arguments[0] instanceof ByteBuffer[]) {
            throw new DiskFullException("the disk is full", null);
        }
        try {
            Object answer = method.invoke(real, arguments);
            return answer instanceof DiskFile file && real instanceof Disk ? proxy(DiskFile.class, file) : answer;
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
