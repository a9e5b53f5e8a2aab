package io.sluice.broker.delivery;

/** Why a record was given up; codes are stored, labels stand in the header {@code sluice-dead-cause}. */
enum Cause {
    /** Its last attempt was given back. */
    RELEASED(1, "attempts-exhausted"),
    /** Its last attempt was not answered in time. */
    EXPIRED(2, "lock-expired"),
    /** A member said that nobody can process it. */
    REJECTED(3, "rejected"),
    /** The member of its last attempt went away. */
    ABANDONED(4, "member-gone");

    private final int code;
    private final String label;

    Cause(int code, String label) {
        this.code = code;
        this.label = label;
    }

    int code() {
        return code;
    }

    String label() {
        return label;
    }

    /** The cause of that code; a code of a newer version reads as {@link #RELEASED}. */
    static Cause of(int code) {
        for (Cause cause : values()) {
            if (cause.code == code) {
                return cause;
            }
        }
        return RELEASED;
    }
}
