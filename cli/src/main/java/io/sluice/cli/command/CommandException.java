package io.sluice.cli.command;

/** A command cannot do what was asked; the message is one line that says why and what to do. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says {@code message}. */
    public CommandException(String message) {
        super(message);
    }

    /** Says {@code message}; {@code cause} is for whoever looks closer. */
    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
