package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
final class DemoProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern ROW = Pattern.compile("(?m)^2018-\\d\\d-\\d\\d \\S+ .* (\\d+)  \\S.*$");
    private static final Pattern FOUND =
            Pattern.compile("(?m)^Found (\\d+) earthquakes of an earlier run: the first \\1"
                    + " of the week, none missing, byte for byte as they were sent\\.$");
    private static final Pattern KILL = Pattern.compile("(?m)^node 1  up .* kill -9 (\\d+)$");
    private static final long SIGINT_BIT = 1 << 1;

    /** Also the temporary directory of the demos, so that what they leave is seen. */
    @TempDir
    Path folder = Path.of("");

    @Test
    void theDemoShowsEventsSaysWhatToTryAndLeavesNothing() throws IOException {
        try (OsProcess demo = demo()) {
            awaitEvents(demo);
            assertThat(demo.output())
                    .contains("bin/sluice consume earthquakes --last 5 --follow --bootstrap 127.0.0.1:")
                    .contains("kill -9 " + demo.pid());
            assertThat(leftovers()).anyMatch(name -> name.startsWith("sluice-demo-"));

            OsProcess.run(LIMIT, "kill", interrupt(), Long.toString(demo.pid()));
            assertThat(demo.awaitExit(LIMIT)).as(demo.output()).isZero();
            assertThat(demo.output()).containsPattern("Stopped\\. .* is removed\\.");
            assertThat(leftovers()).isEmpty();
        }
    }

    @Test
    void everyEventThatWasSeenIsThereAfterKill9() {
        String data = folder.resolve("kept").toString();
        int seen;
        try (OsProcess demo = demo("--data", data)) {
            awaitEvents(demo);
            demo.kill9();
            seen = seen(demo);
        }
        try (OsProcess demo = demo("--data", data)) {
            assertThat(demo.awaitLine(line -> line.startsWith("Found "), LIMIT)).isPresent();
            Matcher found = FOUND.matcher(demo.output());
            assertThat(found.find()).as(demo.output()).isTrue();
            assertThat(Integer.parseInt(found.group(1))).isGreaterThanOrEqualTo(seen);
        }
    }

    @Test
    void aClusterGoesOnWithoutTheNodeThatIsKilled() throws IOException {
        try (OsProcess demo = demo("--nodes", "3")) {
            awaitEvents(demo);
            // The nodes' lines come among the events.
            Optional<String> ofNode = demo.awaitLine(KILL.asPredicate(), LIMIT);
            Matcher kill = KILL.matcher(ofNode.orElseGet(demo::output));
            assertThat(kill.find()).as(demo.output()).isTrue();

            OsProcess.run(LIMIT, "kill", "-9", kill.group(1));
            assertThat(demo.awaitLine(line -> line.startsWith("node 1  ended"), LIMIT))
                    .isPresent();
            int wanted = seen(demo) + 30;
            demo.awaitLine(line -> line.matches("2018-.* " + wanted + "  \\S.*"), LIMIT);
            assertThat(seen(demo)).as(demo.output()).isGreaterThan(wanted);

            OsProcess.run(LIMIT, "kill", interrupt(), Long.toString(demo.pid()));
            assertThat(demo.awaitExit(LIMIT)).as(demo.output()).isZero();
            assertThat(leftovers()).isEmpty();
        }
    }

    private OsProcess demo(String... more) {
        BrokerCommand java = BrokerCommand.ofBuild("-Djava.io.tmpdir=" + folder);
        List<String> words = new ArrayList<>(java.words());
        words.addAll(List.of("demo", "--port", "0", "--speed", "10000"));
        words.addAll(List.of(more));
        return OsProcess.start(words, java.folder(), Map.of());
    }

    private static void awaitEvents(OsProcess demo) {
        demo.awaitLine(line -> line.matches("2018-.* 2  \\S.*"), LIMIT);
        assertThat(seen(demo)).as(demo.output()).isGreaterThanOrEqualTo(3);
    }

    /** How many events the demo has shown; fails if one was left out. */
    private static int seen(OsProcess demo) {
        List<Integer> offsets = ROW.matcher(demo.output())
                .results()
                .map(row -> Integer.parseInt(row.group(1)))
                .toList();
        assertThat(offsets)
                .isEqualTo(Stream.iterate(0, next -> next + 1)
                        .limit(offsets.size())
                        .toList());
        return offsets.size();
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("hsperfdata_"))
                    .toList();
        }
    }

    /** What Ctrl-C sends; a JVM that a shell put into the background is deaf to it, and so are the programs it starts. */
    private static String interrupt() throws IOException {
        Path status = Path.of("/proc/self/status");
        boolean deaf = Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGINT_BIT) != 0);
        return deaf ? "-TERM" : "-INT";
    }
}
