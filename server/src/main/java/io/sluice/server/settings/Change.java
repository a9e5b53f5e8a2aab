package io.sluice.server.settings;

import java.util.Locale;

/** When a new value of a setting takes effect. */
public enum Change {
    /** At the next start. */
    RESTART,
    /** At once, while running. */
    DYNAMIC;

    /** The word for tables. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
