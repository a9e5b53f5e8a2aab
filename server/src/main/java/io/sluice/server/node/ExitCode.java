package io.sluice.server.node;

/** How the process ends; scripts rely on the numbers. */
public enum ExitCode {
    /** Stopped as asked. */
    OK(0),
    /** What was asked for was not done. */
    REFUSED(1),
    /** The command line or a setting is wrong. */
    USAGE(2),
    /** A listener's address is taken or not this machine's. */
    CANNOT_BIND(3),
    /** The data directory is locked, damaged, or of an unknown format. */
    DATA_DIRECTORY(4),
    /** The broker can no longer keep its promises, for example after a failed sync. */
    BROKEN(5);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the operating system is told. */
    public int number() {
        return number;
    }
}
