package io.sluice.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalJournalTest {
    private static final Path DIRECTORY = Path.of("/shard/journal");

    private final SplittableRandom random = new SplittableRandom(4);
    private final SimulatedDisk disk = new SimulatedDisk(random.split());
    private final LinkedBlockingQueue<Submission> queue = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private volatile boolean isFull;

    @BeforeEach
    void makeTheShardsDirectory() {
        disk.createDirectories(DIRECTORY.getParent());
    }

    private record Entry(ByteBuffer body) implements Submission {}

    private void submit(int lengthBytes) {
        queue.add(new Entry(ByteBuffer.allocateDirect(lengthBytes)));
    }

    private List<Submission> take(long maxBytes, long waitNs) throws InterruptedException {
        Submission next = queue.poll(waitNs, TimeUnit.NANOSECONDS);
        return next == null ? List.of() : List.of(next);
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
        JournalSettings settings = new JournalSettings(64 << 10, 64 << 10, 1 << 20);
        JournalFiles files = JournalFiles.open(on, DIRECTORY, settings, random);
        return new LocalJournal("shard-7", files, true, 0, this::newThread, new SimulatedClock());
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
        LocalJournal journal = open(on);
        journal.replay(1, entry -> {});
        journal.start(this::take, new Listener());
        return journal;
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
        submit(10);

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

    /** Full for blocks, which are gathered, not for the files that are filled ahead. */
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
