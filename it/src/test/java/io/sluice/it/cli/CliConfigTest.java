package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** All tests share a broker; each has topics of its own. */
@Timeout(120)
final class CliConfigTest {

    private static CliBroker broker;

    @BeforeAll
    static void startBroker(@TempDir Path folder) {
        broker = CliBroker.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void settingsOfATopicAreListedSetAndUnset() {
        broker.succeed("topic", "create", "configured");
        assertThat(broker.succeed("config", "list", "--topic", "configured").out())
                .isEqualTo("nothing was set for topic configured; --all shows the defaults too\n");
        assertThat(broker.succeed("config", "set", "--topic", "configured", "retention.ms=60000")
                        .lines())
                .first()
                .isEqualTo("altered topic configured");
        assertThat(broker.succeed("config", "list", "--topic", "configured").lines())
                .anyMatch(line -> line.matches("retention.ms +60000 +topic"));
        JsonNode all = broker.succeed("config", "list", "--topic", "configured", "--all", "retention", "-o", "json")
                .json();
        assertThat(all.values())
                .allMatch(setting -> setting.path("name").asString().contains("retention"))
                .anyMatch(setting -> setting.path("source").asString().equals("default"));
        broker.succeed("config", "unset", "--topic", "configured", "retention.ms");
        assertThat(broker.succeed("config", "list", "--topic", "configured").out())
                .startsWith("nothing was set");
        broker.fails("retention.mss", "config", "set", "--topic", "configured", "retention.mss=1");
        broker.fails("no topic nowhere", "config", "set", "--topic", "nowhere", "retention.ms=1");
    }

    @Test
    void settingsOfAllBrokersChangeWhileTheyRun() {
        JsonNode changed = broker.succeed("config", "set", "--brokers", "message.max.bytes=2097152", "-o", "json")
                .json();
        assertThat(changed.path("settings").path(0).path("after").asString()).isEqualTo("2097152");
        assertThat(broker.succeed("config", "list", "--brokers").lines())
                .anyMatch(line -> line.matches("message.max.bytes +2097152 +all brokers"));
        assertThat(broker.succeed("config", "list", "--broker", "1", "--all", "message.max")
                        .out())
                .contains("2097152");
        broker.succeed("config", "unset", "--brokers", "message.max.bytes");
    }

    @Test
    void aGroupHasSettingsToo() {
        broker.succeed("config", "set", "--group", "tuned", "consumer.session.timeout.ms=50000");
        assertThat(broker.succeed("config", "list", "--group", "tuned").lines())
                .anyMatch(line -> line.matches("consumer.session.timeout.ms +50000 +group"));
    }
}
