package io.sluice.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** {@code 2026-11-21T12:00:00.000Z INFO  [thread] Class: text}, and stack traces below it. */
final class TextLayout implements LineFormat {
    private static final int LEVEL_WIDTH = 5;

    @Override
    public String line(ILoggingEvent event, long keptBack) {
        String level = event.getLevel().toString();
        String logger = event.getLoggerName();
        Instant at = event.getInstant();
        StringBuilder line = new StringBuilder(160)
                .append(at == null ? Instant.EPOCH : at.truncatedTo(ChronoUnit.MILLIS))
                .append(' ')
                .append(level)
                .repeat(' ', Math.max(0, LEVEL_WIDTH - level.length()))
                .append(" [")
                .append(event.getThreadName())
                .append("] ")
                .append(logger, logger.lastIndexOf('.') + 1, logger.length())
                .append(": ")
                .append(Secrets.hidden(event.getFormattedMessage()));
        if (keptBack > 0) {
            line.append(" (and ").append(keptBack).append(" such lines before it)");
        }
        line.append(System.lineSeparator());
        if (event.getThrowableProxy() != null) {
            line.append(Secrets.hidden(ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
        return line.toString();
    }
}
