package io.sluice.cli.access;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Table;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice user list}. */
@Command(
        name = "list",
        description = "List the users that sign in with a password.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  sluice user list", "  sluice user list --output json | jq -r '.[].name'"})
final class UserListCommand extends BrokerCommand {

    private record Credential(String mechanism, int iterations) {}

    private record User(String name, List<Credential> credentials) {}

    @Mixin
    private final OutputFormat output = new OutputFormat();

    UserListCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        List<User> users = users();
        if (output.isJson()) {
            console().json(users);
        } else if (users.isEmpty()) {
            console().line("no users yet; 'sluice user add NAME' adds one");
        } else {
            Table table = new Table().text("USER").text("MECHANISMS").text("ITERATIONS");
            users.forEach(user -> table.row(
                    user.name(),
                    user.credentials().stream().map(Credential::mechanism).collect(Collectors.joining(", ")),
                    user.credentials().stream()
                            .map(credential -> String.valueOf(credential.iterations()))
                            .distinct()
                            .collect(Collectors.joining(", "))));
            console().table(table);
        }
        return 0;
    }

    private List<User> users() {
        try (Admin admin = openAdmin()) {
            return new Credentials(admin)
                    .all().entrySet().stream()
                            .map(user -> new User(
                                    user.getKey(),
                                    user.getValue().stream()
                                            .map(UserListCommand::credential)
                                            .toList()))
                            .toList();
        }
    }

    private static Credential credential(ScramCredentialInfo info) {
        return new Credential(info.mechanism().mechanismName(), info.iterations());
    }
}
