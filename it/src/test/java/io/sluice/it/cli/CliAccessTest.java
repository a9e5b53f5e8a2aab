package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Users and rules; all tests share a broker. */
@Timeout(120)
final class CliAccessTest {

    private static CliBroker broker;

    @BeforeAll
    static void startBroker(@TempDir Path folder) {
        broker = CliBroker.start(folder, "sluice.authorizer=on", "super.users=User:ANONYMOUS");
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void aUserIsAddedListedAndDeleted() {
        CliRun added = broker.succeedWith("first line\nsecond line\n", "user", "add", "anna");
        assertThat(added.out()).isEqualTo("added anna (SCRAM-SHA-512, SCRAM-SHA-256)\n");
        assertThat(added.err()).isEmpty();
        assertThat(broker.succeed("user", "list").lines()).anyMatch(line -> line.matches("anna +SCRAM-.*8192"));
        broker.fails("user anna exists", "user", "add", "anna");
        assertThat(broker.succeedWith("other\n", "user", "password", "anna").out())
                .startsWith("changed the password of anna");
        assertThat(broker.succeed("user", "delete", "anna").out()).isEqualTo("deleted anna\n");
        broker.fails("no user anna", "user", "delete", "anna");
        broker.fails("no user anna", "user", "password", "anna");
        broker.succeed("user", "delete", "anna", "--if-exists");
    }

    @Test
    void withoutAPasswordNobodyIsAdded() {
        broker.fails("first line of stdin", "user", "add", "nemo");
        assertThat(broker.succeed("user", "list", "-o", "json").json().values())
                .noneMatch(user -> user.path("name").asString().equals("nemo"));
    }

    @Test
    void rulesAreAddedFoundAndDeleted() {
        broker.succeed("acl", "add", "--user", "bert", "--allow", "read,describe", "--topic", "shop-", "--prefix");
        broker.succeed(
                "acl", "add", "--user", "bert", "--deny", "read", "--topic", "shop-secrets", "--host", "10.1.2.3");
        broker.succeed("acl", "add", "--user", "bert", "--allow", "create", "--cluster");

        assertThat(broker.succeed("acl", "list", "--user", "bert").lines())
                .anyMatch(line -> line.matches("bert +may +read,describe +topic shop-… +anywhere"))
                .anyMatch(line -> line.matches("bert +never +read +topic shop-secrets +10\\.1\\.2\\.3"))
                .anyMatch(line -> line.matches("bert +may +create +the cluster +anywhere"));
        assertThat(broker.succeed("acl", "list", "--topic", "shop-secrets", "-o", "json")
                        .json()
                        .size())
                .isEqualTo(3);
        assertThat(broker.succeed("acl", "list", "--topic", "other").out()).startsWith("no such rules");

        assertThat(broker.succeed("acl", "delete", "--user", "bert", "--topic", "shop-secrets", "--dry-run")
                        .lines())
                .endsWith("would delete 1 rule");
        assertThat(broker.succeed("acl", "delete", "--user", "bert", "--allow", "create,write", "--dry-run")
                        .lines())
                .anyMatch(line -> line.matches("bert +may +create +the cluster +anywhere"))
                .endsWith("would delete 1 rule");
        JsonNode deleted =
                broker.succeed("acl", "delete", "--user", "bert", "-o", "json").json();
        assertThat(deleted.path("rules").size()).isEqualTo(4);
        assertThat(broker.succeed("acl", "list", "--user", "bert").out()).startsWith("no such rules");
    }
}
