package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic create",
                "topic list",
                "topic describe",
                "topic delete",
                "group list",
                "group describe",
                "produce",
                "consume",
                "topic",
                "group"
            })
    void helpOfEveryCommandTeachesByExamples(String command) {
        assertThat(run(command + " --help")).isZero();
        assertThat(out.toString(UTF_8)).contains("Usage: sluice " + command, "Examples:", "  sluice " + command);
    }

    @Test
    void namedAloneTheProgramExplainsItself() {
        assertThat(Main.run(console())).isZero();
        assertThat(out.toString(UTF_8)).contains("topic", "group", "produce", "consume", "start", "demo");
        assertThat(out.toString(UTF_8).lines()).allMatch(line -> line.length() <= 80);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "consum t|did you mean consume?",
                "consume t --folow|did you mean --follow?",
                "consume|TOPIC",
                "consume t --offset 1 --last 2|mutually exclusive",
                "consume t --offset -1|--last N counts from the end",
                "consume t --last 0|at least 1",
                "consume t --count 0|at least 1",
                "consume t --count x|is not a number",
                "consume t --from-time noon|10m ago",
                "consume t --group g --partition 1|exclude each other",
                "consume t --timeout soon|is no duration",
                "produce t --json --key-field id|exclude each other",
                "produce t --acks 2|--acks must be",
                "produce t --partition -1|must not be negative",
                "topic|Missing required subcommand",
                "topic create|TOPIC"
            })
    void aWrongCommandLineIsOneLineAndExitCodeTwo(String command, String reason) {
        assertThat(run(command)).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains(reason).contains("--help'").hasLineCount(1);
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic list", "topic create t", "group list", "produce t", "consume t"})
    void whereNoBrokerListensTheErrorNamesTheAddressAndHowToStartOne(String command) throws IOException {
        int freePort = freePort();
        assertThat(run(command + " --bootstrap 127.0.0.1:" + freePort)).isEqualTo(1);
        assertThat(err.toString(UTF_8))
                .contains("no broker at 127.0.0.1:" + freePort, "bin/sluice start", "--bootstrap")
                .hasLineCount(1);
    }

    @Test
    void anAddressWithoutPortIsRefusedWithAnExample() {
        assertThat(run("topic list --bootstrap localhost")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("'localhost' is no address", "127.0.0.1:9092");
    }

    private int run(String command) {
        return Main.run(console(), command.split(" "));
    }

    private Console console() {
        return Console.of(new ByteArrayInputStream(new byte[0]), out, err);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
