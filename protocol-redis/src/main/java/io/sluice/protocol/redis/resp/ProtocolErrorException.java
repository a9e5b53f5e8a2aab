package io.sluice.protocol.redis.resp;

/** What a client sent is not the protocol: the message is the reply without its leading minus, and the connection ends. */
public final class ProtocolErrorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ProtocolErrorException(String what) {
        super("ERR Protocol error: " + what);
    }
}
