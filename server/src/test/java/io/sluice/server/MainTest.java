package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.settings.Setting;
import io.sluice.server.settings.SluiceSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void settingsPrintsEverySettingWithItsValueAndSource() {
        assertThat(run("settings", "--set", "kafka.listen=off", "--data", "elsewhere"))
                .isZero();

        assertThat(out.toString())
                .contains("kafka.listen = off   (command line)", "data.dir = elsewhere   (command line)");
        assertThat(SluiceSettings.ALL).extracting(Setting::sentence).allMatch(out.toString()::contains);
    }

    @Test
    void settingsOfAPartOfTheNameAreShownAlone() {
        assertThat(run("settings", "log.retention")).isZero();

        assertThat(out.toString().lines().filter(line -> line.contains(" = ")))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("log.retention."));
        assertThat(run("settings", "no.such.thing")).isEqualTo(2);
        assertThat(err.toString()).hasLineCount(1).contains("no setting has 'no.such.thing' in its name");
    }

    @Test
    void settingsAsJsonHasOneRowForEach() {
        assertThat(run("settings", "--output", "json", "--set", "num.partitions=3"))
                .isZero();

        JsonNode rows = new JsonMapper().readTree(out.toString());
        assertThat(rows.valueStream().map(row -> row.get("name").asString()))
                .containsExactlyElementsOf(
                        SluiceSettings.ALL.stream().map(Setting::name).toList());
        JsonNode partitions = rows.valueStream()
                .filter(row -> row.get("name").asString().equals("num.partitions"))
                .findFirst()
                .orElseThrow();
        assertThat(partitions.get("value").asString()).isEqualTo("3");
        assertThat(partitions.get("source").asString()).isEqualTo("command line");
        assertThat(partitions.get("default").asString()).isEqualTo("1");
    }

    @Test
    void whatClustersAndDemosCannotDoIsToldWithoutStartingAnything() {
        assertThat(run("cluster", "juggle")).isEqualTo(2);
        assertThat(run("cluster", "drain")).isEqualTo(2);
        assertThat(run("demo", "--nodes", "2")).isEqualTo(2);

        assertThat(err.toString())
                .contains(
                        "there is no 'juggle'; there are status, add, drain, remove, rebalance, move-leader, move-partition, take-back and upgrade")
                .contains("drain wants the number of a node")
                .contains("two go on only while both are up");
    }

    @Test
    void aWrongSettingEndsWithTwoAndOneLineForEachProblem() {
        assertThat(run("start", "--set", "num.partitons=3", "--set", "num.partitions=0"))
                .isEqualTo(2);

        assertThat(err.toString().lines())
                .containsExactly(
                        "sluice: unknown setting num.partitons (command line); did you mean num.partitions?",
                        "sluice: num.partitions must be from 1 to 100000, not \"0\" (command line)");
    }

    @Test
    void aWildcardListenerWithoutAnAdvertisedAddressIsRefusedWithTheReason() {
        assertThat(run("start", "--set", "kafka.listen=0.0.0.0:0")).isEqualTo(2);

        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        "sluice: kafka.listen=0.0.0.0:0 listens on every address, so clients must be told"
                                + " which to use; add --set kafka.advertise=HOST:PORT with a name they can reach");
    }

    @Test
    void anUnknownOptionEndsWithTwo() {
        assertThat(run("start", "--colour")).isEqualTo(2);

        assertThat(err.toString()).hasLineCount(1).contains("Unknown option: '--colour'", "'sluice start --help'");
    }

    @Test
    void everyCommandTellsItsVersion() {
        assertThat(run("start", "--version")).isZero();

        assertThat(out.toString()).startsWith("sluice ");
    }

    @Test
    void aBackupThatWouldNeverEndIsAUsageError() {
        assertThat(run("backup", "--to", "elsewhere", "--rate", "0")).isEqualTo(2);

        assertThat(err.toString()).hasLineCount(1).contains("--rate must be at least 65536");
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
