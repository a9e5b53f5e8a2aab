package io.sluice.server.logging;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/** Brings what libraries log by the JDK's own logging into the process's log. Installed once, before such a library runs. */
public final class LibraryLog extends Handler {
    private LibraryLog() {}

    /** From now on. */
    public static void install() {
        LogManager.getLogManager().reset();
        java.util.logging.Logger.getLogger("").addHandler(new LibraryLog());
    }

    @Override
    public void publish(LogRecord event) {
        String name = event.getLoggerName() == null ? "java.util.logging" : event.getLoggerName();
        LoggerFactory.getLogger(name)
                .atLevel(level(event.getLevel()))
                .setCause(event.getThrown())
                .log(String.valueOf(event.getMessage()));
    }

    private static org.slf4j.event.Level level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return org.slf4j.event.Level.ERROR;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return org.slf4j.event.Level.WARN;
        }
        return level.intValue() >= Level.INFO.intValue() ? org.slf4j.event.Level.INFO : org.slf4j.event.Level.DEBUG;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
