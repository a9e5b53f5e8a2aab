package io.sluice.cli.letters;

import io.sluice.cli.command.Console;
import io.sluice.cli.text.Printable;
import java.time.Duration;
import java.time.Instant;

/** Tells on stderr how far a command over many letters is: overwritten on a terminal, a line now and then elsewhere. */
final class LetterProgress {
    private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(300);
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

    private final Console console;
    private final String done;
    private final Duration interval;
    private Instant next;
    private boolean isShown;
    private long letters;

    /** {@code done} is what happens to a letter: {@code resent}. */
    LetterProgress(Console console, String done) {
        this.console = console;
        this.done = done;
        this.interval = console.terminal().error() ? TERMINAL_INTERVAL : LOG_INTERVAL;
        this.next = console.clock().instant().plus(interval);
    }

    void count(long more) {
        letters += more;
        if (console.clock().instant().isBefore(next)) {
            return;
        }
        next = console.clock().instant().plus(interval);
        if (console.terminal().error()) {
            console.errorPart("\r" + line() + "\u001b[K");
            isShown = true;
        } else {
            console.error(line());
        }
    }

    /** Takes the line away. */
    void end() {
        if (isShown) {
            console.errorPart("\r\u001b[K");
        }
    }

    long letters() {
        return letters;
    }

    private String line() {
        return done + " " + Printable.count(letters, "letter");
    }
}
