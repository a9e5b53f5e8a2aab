package io.sluice.broker.delivery;

import java.util.OptionalLong;

/**
 * What was looked up for a command that could not be decided without the disk.
 *
 * @param attempt how often it was tried
 * @param start where a group begins
 * @param hasNewOptions whether the group's options are known as they were when it was to begin, or newer
 */
record Hints(int attempt, OptionalLong start, boolean hasNewOptions) {
    /** At first. */
    static final Hints NONE = new Hints(0, OptionalLong.empty(), false);

    private static final int ATTEMPTS_MAX = 4;

    /** Whether it may be tried once more: every time others may have been faster. */
    boolean mayTryAgain() {
        return attempt < ATTEMPTS_MAX;
    }

    /** The group begins there. */
    Hints withStart(long position) {
        return new Hints(attempt + 1, OptionalLong.of(position), hasNewOptions);
    }

    /** The options were learnt. */
    Hints withNewOptions() {
        return new Hints(attempt, start, true);
    }

    /** Once more; {@code hasProgress} if something was done since: then with as many attempts as at first. */
    Hints next(boolean hasProgress) {
        return new Hints(hasProgress ? 0 : attempt + 1, start, hasNewOptions);
    }
}
