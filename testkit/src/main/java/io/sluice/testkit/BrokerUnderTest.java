package io.sluice.testkit;

import java.nio.file.Path;

/** A broker process that a test may hurt: ours, or a peer to compare with. Owner: one thread but for the address. */
public interface BrokerUnderTest extends AutoCloseable {
    /** HOST:PORT of the Kafka listener; the same after every restart. */
    String kafkaAddress();

    /** The running process's id. */
    long pid();

    /** Whether the process runs. */
    boolean isAlive();

    /** What the running process has printed. */
    String output();

    /** Ends the broker as {@code kill -9} does and waits until it is gone. */
    void kill9();

    /** Freezes the broker where it stands; only {@link #kill9()} makes sense afterwards. */
    void sigstop();

    /** Starts the ended broker again on its data folder and its ports and returns when it is ready. */
    void restart();

    /** {@link #restart()} on another data folder, from then on its own. */
    void restartOn(Path folder);

    /** A watch that runs since the process was last started. */
    Stopwatch sinceLaunch();

    /** Ends the process if it runs. */
    @Override
    void close();
}
