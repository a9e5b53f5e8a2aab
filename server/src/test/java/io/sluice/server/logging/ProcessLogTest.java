package io.sluice.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.sluice.broker.api.LoggerService;
import io.sluice.common.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ProcessLogTest {
    @Test
    void anEventIsOneLineOnStderrWithItsStackTraceBelow() {
        String printed = printed(context -> context.getLogger("io.sluice.Some").warn("damaged file={}", "x", broken()));

        assertThat(printed.lines().findFirst().orElseThrow())
                .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z WARN  \\[main] Some: damaged file=x");
        assertThat(printed)
                .contains("java.lang.IllegalStateException: broken", "at io.sluice.server.logging.ProcessLogTest");
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
        ProcessLog.setLevel("debug");

        assertThat(context.getLogger("io.sluice.log").getEffectiveLevel()).isEqualTo(Level.DEBUG);
        assertThat(context.getLogger("io.netty").getEffectiveLevel()).isEqualTo(Level.WARN);
        ProcessLog.setLevel("error");
        assertThat(context.getLogger("io.netty").getEffectiveLevel()).isEqualTo(Level.ERROR);
        ProcessLog.setLevel("warn");
    }

    @Test
    void theLogAsJsonIsOneObjectALineAndNothingInItEndsTheLine() {
        String printed = printed(context -> {
            ((StderrAppender) context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr")).use(new JsonLayout());
            context.getLogger("io.sluice.Some").warn("file={}\n\"x\"\u0001\ud800", "é", broken());
        });

        JsonNode event = JsonMapper.shared().readTree(printed);
        assertThat(printed.lines()).hasSize(1);
        assertThat(event.get("level").asString()).isEqualTo("WARN");
        assertThat(event.get("logger").asString()).isEqualTo("io.sluice.Some");
        assertThat(event.get("message").asString()).isEqualTo("file=é\n\"x\"\u0001\ud800");
        assertThat(event.get("exception").asString()).contains("IllegalStateException: broken");
        assertThat(Instant.parse(event.get("time").asString())).isAfter(Instant.EPOCH);
    }

    @Test
    void namedSecretsAreNotPrintedWhoeverLogsThem() {
        String printed = printed(
                context -> context.getLogger("lib")
                        .warn(
                                "login failed user=ann password=hunter2, jaas: token = \"tok-1\"; header Authorization: Bearer abc.def"));

        assertThat(printed).contains("user=ann").doesNotContain("hunter2", "tok-1", "abc.def");
    }

    @Test
    void aStormOfOneKindIsCutOffAndCountedWhileOtherKindsPass() {
        String printed = printed(context -> {
            for (int i = 0; i < FloodGate.EVENTS_MAX * 3; i++) {
                context.getLogger("io.sluice.Some").warn("storm number={}", i);
            }
            context.getLogger("io.sluice.Some").warn("another");
        });

        assertThat(printed.lines().filter(line -> line.contains("storm"))).hasSize(FloodGate.EVENTS_MAX);
        assertThat(printed).contains("another");
    }

    @Test
    void levelsOfSingleLoggersChangeLiveUnderKafkasNames() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger("io.sluice.one").setLevel(null);
        LoggerService service = ProcessLog.service();

        assertThat(service.set(Map.of("io.sluice.one", "DEBUG")).isOk()).isTrue();
        assertThat(service.levels().get())
                .containsEntry("io.sluice.one", "DEBUG")
                .containsKey(LoggerService.ROOT);
        assertThat(context.getLogger("io.sluice.one.below").isDebugEnabled()).isTrue();
        assertThat(service.set(Map.of("io.sluice.one", "")).isOk()).isTrue();
        assertThat(context.getLogger("io.sluice.one").getLevel()).isNull();
    }

    @Test
    void unknownLoggersAndLevelsAreRefusedAndNothingChanges() {
        LoggerService service = ProcessLog.service();
        var before = service.levels().get();

        assertThat(service.set(Map.of("no.such.logger", "DEBUG", LoggerService.ROOT, "ERROR"))
                        .error())
                .isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(service.set(Map.of(LoggerService.ROOT, "LOUD")).error()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(service.set(Map.of(LoggerService.ROOT, "")).error()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(service.levels().get()).isEqualTo(before);
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
            new ProcessLog().configure(context);
            work.accept(context);
            context.stop();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
