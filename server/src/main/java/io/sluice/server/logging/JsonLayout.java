package io.sluice.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * One JSON object a line: {@code {"time":…,"level":…,"thread":…,"logger":…,"message":…,"exception":…}} and what the thread's
 * context says under {@code "context"}. Written by hand, because a JSON library would be loaded at every start.
 */
final class JsonLayout implements LineFormat {
    private static final int FIRST_PRINTABLE = 0x20;

    @Override
    public String line(ILoggingEvent event, long keptBack) {
        StringBuilder line = new StringBuilder(256).append('{');
        Instant at = event.getInstant();
        field(line, "time", String.valueOf(at == null ? Instant.EPOCH : at.truncatedTo(ChronoUnit.MILLIS)));
        field(line.append(','), "level", event.getLevel().toString());
        field(line.append(','), "thread", event.getThreadName());
        field(line.append(','), "logger", event.getLoggerName());
        field(line.append(','), "message", Secrets.hidden(event.getFormattedMessage()));
        if (keptBack > 0) {
            line.append(",\"suppressed\":").append(keptBack);
        }
        Map<String, String> context = event.getMDCPropertyMap();
        if (!context.isEmpty()) {
            line.append(",\"context\":{");
            String separator = "";
            for (Map.Entry<String, String> entry : context.entrySet()) {
                line.append(separator);
                field(line, entry.getKey(), Secrets.hidden(entry.getValue()));
                separator = ",";
            }
            line.append('}');
        }
        if (event.getThrowableProxy() != null) {
            String trace = ThrowableProxyUtil.asString(event.getThrowableProxy());
            field(line.append(','), "exception", Secrets.hidden(trace));
        }
        return line.append('}').append('\n').toString();
    }

    private static void field(StringBuilder line, String name, String value) {
        quoted(line, name);
        quoted(line.append(':'), value);
    }

    /** RFC 8259, section 7. */
    private static void quoted(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (c < FIRST_PRINTABLE || Character.isSurrogate(c) && isAlone(text, i)) {
                        line.append(String.format("\\u%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append('"');
    }

    /** Half a character, which UTF-8 cannot carry. */
    private static boolean isAlone(String text, int index) {
        char c = text.charAt(index);
        return Character.isHighSurrogate(c)
                ? index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1))
                : index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
    }
}
