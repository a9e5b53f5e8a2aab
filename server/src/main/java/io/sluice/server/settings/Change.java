package io.sluice.server.settings;

import java.util.Locale;

/** When a new value of a setting takes effect. */
public enum Change {
    /** At the next start. */
    RESTART,
    /** At once where it is changed by `sluice config` or another admin client; in files and the environment at the next start. */
    DYNAMIC;

    /** The word for tables. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
