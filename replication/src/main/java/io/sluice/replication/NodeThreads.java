package io.sluice.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/** Remembers the threads of a node, so that a node that cannot start leaves none behind. */
final class NodeThreads implements ThreadFactory {
    private final ThreadFactory factory;
    private final List<Thread> made = new ArrayList<>();

    NodeThreads(ThreadFactory factory) {
        this.factory = factory;
    }

    @Override
    public synchronized Thread newThread(Runnable task) {
        Thread thread = factory.newThread(task);
        made.add(thread);
        return thread;
    }

    /** Interrupts all of them and waits until they have ended. */
    synchronized void abandon() {
        made.forEach(Thread::interrupt);
        for (Thread thread : made) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
