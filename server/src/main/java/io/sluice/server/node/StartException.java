package io.sluice.server.node;

import org.jspecify.annotations.Nullable;

/** The broker cannot start; the message is the one line that says what to do. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    /** With how the process shall end. */
    public StartException(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** How the process shall end. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
