package io.sluice.protocol.kafka.codec;

/** Bytes that are no request we serve; its connection is closed. Without a stack trace, since clients can cause many. */
public final class MalformedRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With one sentence for the log. */
    public MalformedRequestException(String message) {
        super(message, null, false, false);
    }
}
