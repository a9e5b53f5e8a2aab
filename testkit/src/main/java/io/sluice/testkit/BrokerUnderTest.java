package io.sluice.testkit;

import java.nio.file.Path;

/** A broker process that a test may hurt: ours, or a peer to compare with. Owner: one thread but for the address. */
public interface BrokerUnderTest extends AutoCloseable {
    /** HOST:PORT of the Kafka listener; the same after every restart. */
    String kafkaAddress();

    /** The process that was started last. */
    OsProcess process();

    /** The process's id. */
    default long pid() {
        return process().pid();
    }

    /** Whether the process runs. */
    default boolean isAlive() {
        return process().isAlive();
    }

    /** What the process has printed. */
    default String output() {
        return process().output();
    }

    /** Ends the broker as {@code kill -9} does and waits until it is gone. */
    default void kill9() {
        process().kill9();
    }

    /** Freezes the broker where it stands; only {@link #kill9()} makes sense afterwards. */
    default void sigstop() {
        process().sigstop();
    }

    /** Starts the ended broker again on its data folder and its ports and returns when it is ready. */
    void restart();

    /** Starts the ended broker again and returns at once; {@link #awaitReady} waits. */
    void relaunch();

    /** Waits until the started broker is ready. */
    void awaitReady();

    /** {@link #restart()} on another data folder, from then on its own. */
    void restartOn(Path folder);

    /** A watch that runs since the process was last started. */
    Stopwatch sinceLaunch();

    /** Ends the process if it runs. */
    @Override
    default void close() {
        process().close();
    }
}
