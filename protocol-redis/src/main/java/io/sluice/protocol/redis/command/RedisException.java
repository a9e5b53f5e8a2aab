package io.sluice.protocol.redis.command;

/** A command that is refused: the message is the error reply without its leading minus. */
public final class RedisException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With Redis' own text where it has one. */
    public RedisException(String reply) {
        super(reply, null, false, false);
    }

    /** The reply. */
    public String reply() {
        return String.valueOf(getMessage());
    }
}
