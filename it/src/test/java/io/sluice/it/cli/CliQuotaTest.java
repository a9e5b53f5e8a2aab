package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** All tests share a broker. */
@Timeout(120)
final class CliQuotaTest {

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
    void aQuotaIsSetListedAndDeleted() {
        assertThat(broker.succeed("quota", "set", "--user", "alice", "--produce", "10MiB", "--requests", "50")
                        .out())
                .isEqualTo("limited user alice: produce 10.0 MiB/s, requests 50 %\n");
        broker.succeed("quota", "set", "--user", "alice", "--client", "importer", "--produce", "1MiB");
        broker.succeed("quota", "set", "--default", "client", "--consume", "5MiB");

        assertThat(broker.succeed("quota", "list").lines())
                .anyMatch(line -> line.matches("user alice +10\\.0 MiB/s +- +50 % +- +-"))
                .anyMatch(line -> line.matches("user alice, client importer +1\\.0 MiB/s.*"))
                .anyMatch(line -> line.matches("every client +- +5\\.0 MiB/s.*"));
        assertThat(broker.succeed("quota", "list", "--client", "importer").lines())
                .hasSize(2);
        JsonNode defaults = broker.succeed("quota", "list", "--default", "client", "-o", "json")
                .json();
        assertThat(defaults.path(0).path("limits").path("consumer_byte_rate").asDouble())
                .isEqualTo(5 * 1024 * 1024);

        broker.succeed("quota", "delete", "--user", "alice", "--only", "requests");
        assertThat(broker.succeed("quota", "list", "--user", "alice").lines())
                .anyMatch(line -> line.matches("user alice +10\\.0 MiB/s +- +- +- +-"));
        broker.succeed("quota", "delete", "--user", "alice");
        broker.fails("'sluice quota list'", "quota", "delete", "--user", "alice");
        assertThat(broker.succeed("quota", "list").lines())
                .noneMatch(line -> line.matches("user alice +.*") && !line.contains("importer"));
    }
}
