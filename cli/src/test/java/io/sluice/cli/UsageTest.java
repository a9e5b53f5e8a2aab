package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.command.Console;
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
                "topic alter",
                "topic partitions",
                "topic trim",
                "topic delete",
                "group list",
                "group describe",
                "group reset",
                "group delete",
                "user",
                "user add",
                "user list",
                "user password",
                "user delete",
                "acl",
                "acl add",
                "acl list",
                "acl delete",
                "quota",
                "quota set",
                "quota list",
                "quota delete",
                "config",
                "config list",
                "config set",
                "config unset",
                "bench",
                "bench produce",
                "bench consume",
                "bench end-to-end",
                "completion",
                "produce",
                "consume",
                "topic",
                "group",
                "dead-letter",
                "dead-letter list",
                "dead-letter peek",
                "dead-letter resend",
                "dead-letter edit-resend",
                "dead-letter drop",
                "dead-letter export"
            })
    void helpOfEveryCommandTeachesByExamples(String command) {
        assertThat(run(command + " --help")).isZero();
        assertThat(out.toString(UTF_8)).contains("Usage: sluice " + command, "Examples:", "  sluice " + command);
    }

    @Test
    void namedAloneTheProgramExplainsItself() {
        assertThat(Main.run(console())).isZero();
        assertThat(out.toString(UTF_8))
                .contains("topic", "group", "user", "acl", "quota", "config", "bench", "completion", "start", "demo");
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
                "topic create|TOPIC",
                "topic alter t|--set NAME=VALUE",
                "topic alter t --set a=1 --unset a|both name a",
                "topic partitions t|COUNT",
                "topic partitions t 0|at least 1",
                "topic trim t|--before",
                "group list --state busy|must be one of",
                "group list --type old|must be one of",
                "group reset g|--to-earliest",
                "group reset g --to-earliest --to-latest|mutually exclusive",
                "group reset g --to-offset -1|--shift-by -N goes back",
                "group reset g --to-time noon|10m ago",
                "dead-letter peek|TOPIC"
            })
    void aWrongCommandLineIsOneLineAndExitCodeTwo(String command, String reason) {
        assertIsWrong(command, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "user add|USER",
                "user add alice --iterations 10|4096",
                "user add alice --mechanism MD5|SCRAM-SHA-512",
                "acl add --allow read --topic t|--user NAME",
                "acl add --user alice --topic t|--allow OPERATIONS",
                "acl add --user alice --allow read|--topic '*' means all",
                "acl add --user alice --allow reed --topic t|idempotent-write",
                "acl add --user alice --allow read --cluster --prefix|exclude each other",
                "acl add --user alice --allow read --topic * --prefix|means all names",
                "acl list --prefix|needs a name",
                "acl delete|--all deletes every rule",
                "acl delete --all --user alice|exclude each other",
                "quota set --produce 1MiB|--user",
                "quota set --user alice|--produce",
                "quota set --user alice --produce much|is no size",
                "quota set --user alice --produce 0|quota delete",
                "quota set --user alice --requests -1|above 0",
                "quota set --ip 10.1.2.3 --user alice --connections 1|cannot be combined",
                "quota set --user alice --default user --produce 1|exclude each other",
                "quota delete|--user",
                "config list|-t=TOPIC",
                "config list --topic t --group g|mutually exclusive",
                "config set --topic t|NAME=VALUE",
                "config unset --brokers|NAME",
                "bench produce --records 0|at least 1",
                "bench produce --producers 0|from 1",
                "bench produce --topic t --keep|--topic away",
                "bench produce --size 3|from 16",
                "bench consume --size much|is no size",
                "bench produce --acks 2|--acks must be",
                "bench end-to-end --batch much|is no size",
                "bench end-to-end --rate 0|more than 0",
                "bench consume --duration 0s|more than 0",
                "completion fish|bash"
            })
    void soIsAWrongCommandAboutUsersLimitsAndLoads(String command, String reason) {
        assertIsWrong(command, reason);
    }

    private void assertIsWrong(String command, String reason) {
        assertThat(run(command)).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains(reason).contains("--help'").hasLineCount(1);
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic list",
                "topic create t",
                "group list",
                "produce t",
                "consume t",
                "acl list",
                "user list",
                "quota list",
                "config list --topic t",
                "bench produce"
            })
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topic list --sasl PLAIN|as whom",
                "topic list --as alice|SLUICE_PASSWORD",
                "topic list --client-config /does/not/exist|--client-config takes",
                "topic list --tls-ca /does/not/exist|in PEM form",
                "group reset g --from-file /does/not/exist|TOPIC,PARTITION,OFFSET"
            })
    void whatIsMissingIsOneLineThatSaysWhatToDo(String command, String reason) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run(command + " --bootstrap 127.0.0.1:" + silent.getLocalPort() + " --timeout 300ms"))
                    .isEqualTo(1);
        }
        assertThat(err.toString(UTF_8)).contains(reason).hasLineCount(1);
    }

    @Test
    void theShellsScriptNamesCommandsOptionsAndWhatTheBrokerRunsItself() {
        assertThat(run("completion bash")).isZero();
        assertThat(out.toString(UTF_8))
                .contains("complete -F _complete_sluice", "end-to-end", "--to-earliest", "--iterations", "repair");
        out.reset();
        assertThat(run("completion zsh")).isZero();
        assertThat(out.toString(UTF_8)).contains("bashcompinit", "--to-earliest");
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
