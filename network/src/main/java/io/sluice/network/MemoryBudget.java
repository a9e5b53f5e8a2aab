package io.sluice.network;

import io.sluice.common.Check;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that all clients together may make the broker hold. Whoever gets none stops reading and waits in line; nobody
 * is refused. One holder at a time may overdraw, so that many half received requests which fill the budget between them
 * cannot wait for each other for ever. Any thread.
 */
public final class MemoryBudget {
    private final long limitBytes;
    private final AtomicLong takenBytes = new AtomicLong();
    private final AtomicReference<@Nullable Object> overdrawer = new AtomicReference<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private volatile int waitingCount;

    /** A budget of so many bytes. */
    public MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Takes the bytes if they are free. */
    public boolean tryTake(long lengthBytes) {
        long taken = takenBytes.get();
        while (taken + lengthBytes <= limitBytes) {
            if (takenBytes.compareAndSet(taken, taken + lengthBytes)) {
                return true;
            }
            taken = takenBytes.get();
        }
        return false;
    }

    /** Takes the bytes if they are free or nobody else overdraws; {@link #endOverdraft} must follow some day. */
    public boolean tryTakeOrOverdraw(long lengthBytes, Object holder) {
        if (tryTake(lengthBytes)) {
            return true;
        }
        if (overdrawer.get() != holder && !overdrawer.compareAndSet(null, holder)) {
            return false;
        }
        take(lengthBytes);
        return true;
    }

    /** Lets another holder overdraw; nothing happens if this one does not. */
    public void endOverdraft(Object holder) {
        if (overdrawer.compareAndSet(holder, null)) {
            wakeAll();
        }
    }

    /** Takes bytes that exist already, whatever the limit says. */
    public void take(long lengthBytes) {
        takenBytes.addAndGet(lengthBytes);
    }

    /** Takes as many as are free, at most {@code wantedBytes}; 0 if none are. */
    public long takeUpTo(long wantedBytes) {
        long taken = takenBytes.get();
        while (taken < limitBytes) {
            long granted = Math.min(wantedBytes, limitBytes - taken);
            if (takenBytes.compareAndSet(taken, taken + granted)) {
                return granted;
            }
            taken = takenBytes.get();
        }
        return 0;
    }

    /** Gives bytes back and wakes those who wait. */
    public void giveBack(long lengthBytes) {
        long left = takenBytes.addAndGet(-lengthBytes);
        Check.check(left >= 0, "more memory was given back than taken");
        if (waitingCount > 0 && left < limitBytes) {
            wakeAll();
        }
    }

    /** Runs the task once after bytes came back, perhaps at once; on any thread: it hands over, and tries again. */
    public void whenFree(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
            waitingCount = waiting.size();
        }
        if (takenBytes.get() < limitBytes) {
            wakeAll();
        }
    }

    /** Bytes taken now. */
    public long takenBytes() {
        return takenBytes.get();
    }

    /** Bytes that can be taken now, 0 if overdrawn. */
    public long freeBytes() {
        return Math.max(0, limitBytes - takenBytes.get());
    }

    /** Whether somebody waits in line. */
    public boolean isAwaited() {
        return waitingCount > 0;
    }

    /** The limit. */
    public long limitBytes() {
        return limitBytes;
    }

    private void wakeAll() {
        Runnable[] woken;
        synchronized (waiting) {
            woken = waiting.toArray(Runnable[]::new);
            waiting.clear();
            waitingCount = 0;
        }
        for (Runnable task : woken) {
            task.run();
        }
    }
}
