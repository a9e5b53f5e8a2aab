package io.sluice.protocol.redis.command;

/** Entries whose number is sent already are not there any more: only the end of the connection says so. */
public final class EntriesGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EntriesGoneException() {
        super("entries were trimmed while they were sent");
    }
}
