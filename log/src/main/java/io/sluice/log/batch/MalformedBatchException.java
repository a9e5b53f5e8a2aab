package io.sluice.log.batch;

/** The records of a batch do not follow the format, or unpack to more than the reader allows. */
public final class MalformedBatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With one sentence that says what is wrong. */
    public MalformedBatchException(String message) {
        super(message);
    }

    /** With what a codec said. */
    public MalformedBatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
