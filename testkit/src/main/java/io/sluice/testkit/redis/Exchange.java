package io.sluice.testkit.redis;

import java.util.List;
import java.util.Locale;

/**
 * A command and how both servers answered it, masked.
 *
 * @param command its words
 * @param ours the broker's reply, as {@link io.sluice.testkit.RespConnection} shows it
 * @param theirs that of redis-server
 */
public record Exchange(List<String> command, Object ours, Object theirs) {
    /** Whether it is this command, in whatever case. */
    public boolean is(String name) {
        return command.getFirst().toUpperCase(Locale.ROOT).equals(name);
    }

    /** Our reply as text. */
    public String ourText() {
        return ours.toString();
    }

    /** Their reply as text. */
    public String theirText() {
        return theirs.toString();
    }
}
