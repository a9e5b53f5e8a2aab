package io.sluice.cli.access;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice user password}. */
@Command(
        name = "password",
        description = {
            "Change a user's password, for all mechanisms the user has.",
            "The password is typed on the terminal or the first line of stdin."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  sluice user password alice", "  sluice user password alice < alice.password"})
final class UserPasswordCommand extends BrokerCommand {

    private record Changed(String name, List<String> mechanisms) {}

    @Parameters(paramLabel = "USER", description = "The user's name.")
    private String name = "";

    @Mixin
    private final OutputFormat output = new OutputFormat();

    UserPasswordCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            Credentials credentials = new Credentials(admin);
            List<ScramCredentialInfo> known = credentials
                    .of(name)
                    .orElseThrow(() -> new CommandException("no user " + name
                            + "; 'sluice user list' shows whom there is, 'sluice user add " + name + "' adds one"));
            credentials.set(name, known, PasswordInput.read(console(), name));
            Changed changed = new Changed(
                    name,
                    known.stream().map(info -> info.mechanism().mechanismName()).toList());
            if (output.isJson()) {
                console().json(changed);
            } else {
                console()
                        .line("changed the password of " + name + " (" + String.join(", ", changed.mechanisms())
                                + "); clients that are signed in stay so until they connect again");
            }
        }
        return 0;
    }
}
