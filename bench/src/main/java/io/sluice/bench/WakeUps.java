package io.sluice.bench;

import io.sluice.bench.load.LatencyHistogram;
import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long it takes until a thread that sleeps has heard and the one that told it has its answer: two wake-ups. */
final class WakeUps {
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Object lock = new Object();
    private boolean isAsked;
    private boolean isOver;

    /** Asks a thousand times a second for so long, so that the other sleeps each time. */
    LatencyHistogram measure(Duration duration) throws InterruptedException {
        LatencyHistogram latencies = new LatencyHistogram();
        Thread other = Thread.ofPlatform().daemon().start(this::answer);
        Stopwatch all = Stopwatch.started();
        while (!all.hasPassed(duration)) {
            Stopwatch one = Stopwatch.started();
            ask();
            latencies.record(one.elapsedNs());
            TimeUnit.NANOSECONDS.sleep(PAUSE_NS);
        }
        synchronized (lock) {
            isOver = true;
            lock.notifyAll();
        }
        other.join();
        return latencies;
    }

    private void ask() throws InterruptedException {
        synchronized (lock) {
            isAsked = true;
            lock.notifyAll();
            while (isAsked) {
                lock.wait();
            }
        }
    }

    private void answer() {
        synchronized (lock) {
            while (!isOver) {
                if (isAsked) {
                    isAsked = false;
                    lock.notifyAll();
                }
                awaitQuestion();
            }
        }
    }

    private void awaitQuestion() {
        try {
            lock.wait();
        } catch (InterruptedException interrupted) {
            isOver = true;
        }
    }
}
