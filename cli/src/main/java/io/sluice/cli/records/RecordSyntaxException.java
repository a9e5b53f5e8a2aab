package io.sluice.cli.records;

/** A line of the input is no record; the message says why, without the line's number. */
public final class RecordSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Takes the reason, so that it can follow "line 17 is ". */
    public RecordSyntaxException(String reason) {
        super(reason);
    }
}
