package io.sluice.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;

/** How an event becomes a line. Any thread. */
interface LineFormat {
    /** The whole line with its end; {@code keptBack} events like it were not written before. */
    String line(ILoggingEvent event, long keptBack);
}
