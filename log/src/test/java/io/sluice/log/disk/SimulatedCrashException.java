package io.sluice.log.disk;

/** The simulated machine stopped in the middle of an operation; thrown by every later operation of that disk, too. */
public final class SimulatedCrashException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SimulatedCrashException() {
        super("the simulated machine has stopped");
    }
}
