package io.sluice.server.settings;

import java.util.List;

/** Settings that cannot be used; one line for each problem, each saying what to do. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** From at least one problem. */
    public SettingsException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
