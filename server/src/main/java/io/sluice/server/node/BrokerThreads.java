package io.sluice.server.node;

import io.sluice.common.BrokenInvariantException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the broker. One that dies takes the process with it: the shard it served could otherwise acknowledge what
 * is not durable, or stand still without anybody knowing. The next start replays the journal.
 */
final class BrokerThreads {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerThreads.class);

    private BrokerThreads() {}

    /** Platform threads; the broker names them. */
    static ThreadFactory platform() {
        return task -> {
            Thread thread = Thread.ofPlatform().daemon(true).name("sluice-", 0).unstarted(task);
            thread.setUncaughtExceptionHandler(BrokerThreads::end);
            return thread;
        };
    }

    /** A virtual thread for each task that may block on the disk; a failure there fails one request, not the broker. */
    static Executor virtual() {
        ThreadFactory threads = Thread.ofVirtual()
                .name("sluice-blocking-", 0)
                .uncaughtExceptionHandler((thread, failure) -> {
                    if (failure instanceof BrokenInvariantException || failure instanceof VirtualMachineError) {
                        end(thread, failure);
                    }
                    LOG.error("a request ended in {}", thread.getName(), failure);
                })
                .factory();
        return task -> threads.newThread(task).start();
    }

    /** Ends the process after a failure after which nothing may be promised. */
    static void halt(RuntimeException failure) {
        end(Thread.currentThread(), failure);
    }

    /** Ends at once: an orderly stop would write a checkpoint of a state that is no longer to be trusted. */
    private static void end(Thread thread, Throwable failure) {
        LOG.error("thread {} failed", thread.getName(), failure);
        System.err.println("sluice: ended because " + thread.getName() + " failed: " + failure
                + "; look at disk and log, then start again: acknowledged records are in the journal");
        System.err.flush();
        Runtime.getRuntime().halt(ExitCode.BROKEN.number());
    }
}
