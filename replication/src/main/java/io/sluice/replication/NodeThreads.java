package io.sluice.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

/**
 * The threads of a node. The first that dies of an exception ends every wait on another: the process is about to end, and
 * nobody may hang meanwhile. Any thread.
 */
final class NodeThreads implements ThreadFactory {
    private final ThreadFactory factory;
    private final List<Thread> made = new ArrayList<>();
    private final CompletableFuture<Object> failure = new CompletableFuture<>();
    private volatile boolean isAbandoned;

    NodeThreads(ThreadFactory factory) {
        this.factory = factory;
    }

    @Override
    public synchronized Thread newThread(Runnable task) {
        Thread thread = factory.newThread(() -> run(task));
        made.add(thread);
        return thread;
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error fatal) {
            failure.completeExceptionally(fatal);
            if (!isAbandoned) {
                throw fatal;
            }
        }
    }

    /** Waits for an answer of another of these threads; throws {@link java.util.concurrent.CompletionException} if one has died. */
    <T> T await(CompletableFuture<T> answer) {
        CompletableFuture.anyOf(answer, failure).join();
        return answer.join();
    }

    /** Interrupts all of them and waits until they have ended: a node that cannot start leaves none behind. */
    synchronized void abandon() {
        // An interrupted write fails: nobody may take that for the reason why the node could not start.
        isAbandoned = true;
        failure.completeExceptionally(new IllegalStateException("the node was abandoned"));
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
