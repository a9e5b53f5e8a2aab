package io.sluice.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.sluice.broker.api.LoggerService;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Log output: one line an event on stderr, set up in code, because reading an XML file costs a tenth of a second of every
 * start. Found by logback through its service file; until told otherwise only warnings and errors are printed, as text.
 */
public final class ProcessLog extends ContextAwareBase implements Configurator {
    private static final String OWN = "io.sluice";
    private static final String AUDIT = "sluice.audit";
    private static final String APPENDER = "stderr";

    /** Made by logback. */
    public ProcessLog() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        StderrAppender stderr = new StderrAppender();
        stderr.setContext(context);
        stderr.setName(APPENDER);
        stderr.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(stderr);
        // Whoever wants fewer messages still wants to know who was refused.
        context.getLogger(AUDIT).setLevel(Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * Prints events of at least this level: {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}.
     * Libraries stay at {@code warn} unless everything is wanted.
     */
    public static void setLevel(String level) {
        Level own = Level.toLevel(level);
        context().ifPresent(context -> {
            context.getLogger(OWN).setLevel(own);
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(own.levelInt == Level.TRACE_INT ? own : quieter(own));
        });
    }

    private static Level quieter(Level level) {
        return level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN;
    }

    /** Writes {@code text} or {@code json} from now on. */
    public static void setFormat(String format) {
        context().ifPresent(context -> {
            if (context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(APPENDER) instanceof StderrAppender stderr) {
                stderr.use(format.equals("json") ? new JsonLayout() : new TextLayout());
            }
        });
    }

    /** Levels of single loggers; makes loggers that nobody has used yet. */
    public static void setLevels(Map<String, String> levels) {
        context()
                .ifPresent(context -> levels.forEach(
                        (name, level) -> context.getLogger(name(name)).setLevel(Level.toLevel(level))));
    }

    /** The log of this process for those who change it while it runs. */
    public static LoggerService service() {
        return context().<LoggerService>map(Loggers::new).orElse(LoggerService.NONE);
    }

    /** Empty where a test has put another log behind the API. */
    private static Optional<LoggerContext> context() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                ? Optional.of(context)
                : Optional.empty();
    }

    private static String name(String kafkasName) {
        return kafkasName.equalsIgnoreCase(LoggerService.ROOT) ? Logger.ROOT_LOGGER_NAME : kafkasName;
    }

    /** Logback's loggers under Kafka's names. */
    private record Loggers(LoggerContext context) implements LoggerService {
        @Override
        public Result<SortedMap<String, String>> levels() {
            return Result.of(inForce());
        }

        private SortedMap<String, String> inForce() {
            SortedMap<String, String> levels = new TreeMap<>();
            for (Logger logger : context.getLoggerList()) {
                String name = logger.getName().equals(Logger.ROOT_LOGGER_NAME) ? ROOT : logger.getName();
                levels.put(name, logger.getEffectiveLevel().toString());
            }
            return levels;
        }

        @Override
        public Result<SortedMap<String, String>> set(Map<String, String> wanted) {
            SortedMap<String, String> known = inForce();
            for (Map.Entry<String, String> entry : wanted.entrySet()) {
                Optional<Result<SortedMap<String, String>>> refusal = refusal(known, entry.getKey(), entry.getValue());
                if (refusal.isPresent()) {
                    return refusal.get();
                }
            }
            wanted.forEach((name, level) -> context.getLogger(name(name)).setLevel(level(level)));
            return levels();
        }

        private static Optional<Result<SortedMap<String, String>>> refusal(
                SortedMap<String, String> known, String logger, String level) {
            if (!known.containsKey(logger)) {
                return Optional.of(Result.failed(ErrorCode.INVALID_CONFIG, "there is no logger " + logger));
            }
            if (level.isEmpty() && logger.equals(ROOT)) {
                return Optional.of(Result.failed(ErrorCode.INVALID_REQUEST, "the root logger needs a level"));
            }
            if (!level.isEmpty() && !LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
                return Optional.of(Result.failed(
                        ErrorCode.INVALID_CONFIG,
                        "the level of " + logger + " must be one of " + LEVELS + ", not \"" + level + "\""));
            }
            return Optional.empty();
        }

        /** FATAL is Kafka's word for what only the worst may pass; here that is ERROR. Null is the level above. */
        private static @Nullable Level level(String text) {
            if (text.isEmpty()) {
                return null;
            }
            return Level.toLevel(text.equalsIgnoreCase("FATAL") ? "ERROR" : text);
        }
    }
}
