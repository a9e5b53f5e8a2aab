package io.sluice.server.doctor;

import java.util.Locale;

/**
 * What a check found.
 *
 * @param status how good it is
 * @param subject what was looked at, one or two words
 * @param says what is
 * @param advice what to change; empty if nothing
 */
public record Finding(Status status, String subject, String says, String advice) {
    /** How good it is; the constants are what people read. */
    public enum Status {
        /** As it should be. */
        OK,
        /** Works, but at a price. */
        WARN,
        /** A broker would not start, lose data or serve nobody. */
        FAIL;

        /** In lower case. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String subject, String says) {
        return new Finding(Status.OK, subject, says, "");
    }

    static Finding warn(String subject, String says, String advice) {
        return new Finding(Status.WARN, subject, says, advice);
    }

    static Finding fail(String subject, String says, String advice) {
        return new Finding(Status.FAIL, subject, says, advice);
    }
}
