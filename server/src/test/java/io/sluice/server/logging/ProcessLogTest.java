package io.sluice.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class StderrLogTest {
    @Test
    void anEventIsOneLineOnStderrWithItsStackTraceBelow() {
        String printed = printed(context -> context.getLogger("io.sluice.Some").warn("damaged file={}", "x", broken()));

        assertThat(printed.lines().findFirst().orElseThrow())
                .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z WARN  \\[main] Some: damaged file=x");
        assertThat(printed)
                .contains("java.lang.IllegalStateException: broken", "at io.sluice.server.node.StderrLogTest");
    }

    @Test
    void untilToldOtherwiseOnlyWarningsArePrinted() {
        assertThat(printed(context -> context.getLogger("io.sluice.Some").info("chatter")))
                .isEmpty();
    }

    @Test
    void logbackFindsItByItself() {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

        assertThat(root.getAppender("stderr")).isNotNull();
    }

    @Test
    void theLevelIsForSluiceAndLibrariesStayQuiet() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        StderrLog.setLevel("debug");

        assertThat(context.getLogger("io.sluice.log").getEffectiveLevel()).isEqualTo(Level.DEBUG);
        assertThat(context.getLogger("io.netty").getEffectiveLevel()).isEqualTo(Level.WARN);
        StderrLog.setLevel("error");
        assertThat(context.getLogger("io.netty").getEffectiveLevel()).isEqualTo(Level.ERROR);
        StderrLog.setLevel("warn");
    }

    private static IllegalStateException broken() {
        return new IllegalStateException("broken");
    }

    private static String printed(java.util.function.Consumer<LoggerContext> work) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            LoggerContext context = new LoggerContext();
            context.setMDCAdapter(new LogbackMDCAdapter());
            new StderrLog().configure(context);
            work.accept(context);
            context.stop();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
