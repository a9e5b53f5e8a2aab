package io.sluice.testkit.soak;

import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Threads of clients that work until they are told to stop; a failure that ends one before is a complaint. Owner: one
 * thread; {@link #isStopping} and {@link #rest} are the crew's.
 */
final class SoakCrew implements AutoCloseable {
    private final Complaints complaints;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    /** What a thread does. */
    interface Work {
        void run() throws InterruptedException;
    }

    SoakCrew(Complaints complaints) {
        this.complaints = complaints;
    }

    void start(String name, Work work) {
        threads.add(startThread(name, work));
    }

    /** A thread that its starter waits for. */
    Thread startThread(String name, Work work) {
        return Thread.ofPlatform().daemon().name("soak-" + name).start(() -> runToItsEnd(name, work));
    }

    private void runToItsEnd(String name, Work work) {
        running.add(Thread.currentThread());
        try {
            work.run();
        } catch (RuntimeException e) {
            complaints.add(name + ": " + e + (e.getCause() == null ? "" : ", because of " + e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.remove(Thread.currentThread());
        }
    }

    boolean isStopping() {
        return stop.getCount() == 0;
    }

    /** Rests for {@code duration} or until the crew stops; answers whether it does. */
    boolean rest(Duration duration) throws InterruptedException {
        return stop.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        stop.countDown();
    }

    /** Stops the crew and waits for its threads; who does not end within {@code limit} is a complaint. */
    void finish(Duration limit) {
        stop();
        Stopwatch watch = Stopwatch.started();
        for (Thread thread : threads) {
            await(thread, Math.max(1, watch.remainingMs(limit)));
        }
    }

    /** Waits for a thread of the crew. */
    void await(Thread thread, long limitMs) {
        try {
            if (!thread.join(Duration.ofMillis(limitMs))) {
                complaints.add(thread.getName() + " does not end; it stands at " + List.of(thread.getStackTrace()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + thread.getName(), e);
        }
    }

    @Override
    public void close() {
        stop();
        running.forEach(Thread::interrupt);
    }
}
