package io.sluice.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;

/**
 * Ctrl-C or SIGTERM while a command runs. The JVM alone would exit with 130 whatever happened, and cut a command off in
 * the middle; a command that can end well says here how.
 *
 * <p>Threads: the command's thread registers, the shutdown hook calls.
 */
public final class Interruption {

    /** What a shell reports for a program that SIGINT ended. */
    public static final int EXIT_INTERRUPTED = 130;

    private static final long COMMAND_END_TIMEOUT_MS = 10_000;

    private final AtomicReference<IntSupplier> ending = new AtomicReference<>(() -> EXIT_INTERRUPTED);
    private final CountDownLatch commandEnded = new CountDownLatch(1);
    private volatile int exitCode = EXIT_INTERRUPTED;

    /** Lets {@code endWell} run on the hook's thread at an interruption; its result becomes the exit code. */
    public void onInterrupt(IntSupplier endWell) {
        ending.set(endWell);
    }

    /** Lets {@code stop} run at an interruption and then waits until the command ended by itself. */
    public void stopAtInterrupt(Runnable stop) {
        onInterrupt(() -> {
            stop.run();
            return awaitCommand();
        });
    }

    /** Tells that the command is over; the process ends with {@code exitCode} even if a signal ended it. */
    public void commandEnded(int exitCode) {
        this.exitCode = exitCode;
        commandEnded.countDown();
    }

    /** The shutdown hook's body; also runs at an ordinary exit, when there is nothing left to do. */
    public void onShutdown() {
        if (commandEnded.getCount() == 0) {
            return;
        }
        Runtime.getRuntime().halt(ending.get().getAsInt());
    }

    private int awaitCommand() {
        try {
            return commandEnded.await(COMMAND_END_TIMEOUT_MS, TimeUnit.MILLISECONDS) ? exitCode : EXIT_INTERRUPTED;
        } catch (InterruptedException nobodyDoesThis) {
            return EXIT_INTERRUPTED;
        }
    }
}
