package io.sluice.common;

import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A thread with one task and one owner, who starts it once, tells it in a way of its own that it is to end, and waits for
 * that. Any thread.
 */
public final class Worker {
    private volatile @Nullable Thread thread;

    /** One that has not begun. */
    public Worker() {}

    /** Begins the task on a thread of this name. What the task throws is the factory's affair. */
    public void start(ThreadFactory threads, String name, Runnable task) {
        Check.check(thread == null, "worker %s was started twice", name);
        Thread made = threads.newThread(task);
        made.setName(name);
        thread = made;
        made.start();
    }

    /** Waits until the task has ended; at once if it never began. */
    public void join() throws InterruptedException {
        Thread started = thread;
        if (started != null) {
            started.join();
        }
    }

    /** The same for who may not throw: an interrupt ends the wait and stays noted. */
    public void joinUnlessInterrupted() {
        try {
            join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for so long at most. */
    public void join(long waitMs) throws InterruptedException {
        Thread started = thread;
        if (started != null) {
            started.join(waitMs);
        }
    }
}
