package io.sluice.log;

/** Bytes of a segment are damaged; carries where. */
public final class DamagedLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient DamagedRange range;

    /** For the range. */
    public DamagedLogException(DamagedRange range) {
        super(range.file() + ": offsets " + range.firstOffset() + " to " + range.nextOffset() + ": " + range.reason());
        this.range = range;
    }

    /** What is damaged. */
    public DamagedRange range() {
        return range;
    }
}
