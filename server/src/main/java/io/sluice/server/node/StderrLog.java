package io.sluice.server.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.LoggerFactory;

/**
 * Log output: one line an event on stderr, set up in code, because reading an XML file costs a tenth of a second of every
 * start. Found by logback through its service file; until told otherwise only warnings and errors are printed.
 */
public final class StderrLog extends ContextAwareBase implements Configurator {
    /** Made by logback. */
    public StderrLog() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LineLayout layout = new LineLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setName("stderr");
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(stderr);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * Prints events of at least this level: {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}.
     * Libraries stay at {@code warn} unless everything is wanted.
     */
    public static void setLevel(String level) {
        Level own = Level.toLevel(level);
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("io.sluice").setLevel(own);
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(own.levelInt == Level.TRACE_INT ? own : quieter(own));
        }
    }

    private static Level quieter(Level level) {
        return level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN;
    }

    /** {@code 2026-11-21T12:00:00.000Z INFO  [thread] Class: text}. */
    private static final class LineLayout extends LayoutBase<ILoggingEvent> {
        private static final int LEVEL_WIDTH = 5;

        @Override
        public String doLayout(ILoggingEvent event) {
            String level = event.getLevel().toString();
            String logger = event.getLoggerName();
            StringBuilder line = new StringBuilder(160)
                    .append(
                            event.getInstant() == null
                                    ? Instant.EPOCH
                                    : event.getInstant().truncatedTo(ChronoUnit.MILLIS))
                    .append(' ')
                    .append(level)
                    .repeat(' ', Math.max(0, LEVEL_WIDTH - level.length()))
                    .append(" [")
                    .append(event.getThreadName())
                    .append("] ")
                    .append(logger, logger.lastIndexOf('.') + 1, logger.length())
                    .append(": ")
                    .append(event.getFormattedMessage())
                    .append(System.lineSeparator());
            if (event.getThrowableProxy() != null) {
                line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
            return line.toString();
        }
    }
}
