package io.sluice.cli.access;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice user add}. */
@Command(
        name = "add",
        description = {
            "Add a user who signs in with a password.",
            "The password is typed on the terminal or the first line of stdin."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice user add alice",
            "  openssl rand -base64 24 | tee alice.password | sluice user add alice",
            "  sluice user add old-app --mechanism SCRAM-SHA-256 < old-app.password"
        })
final class UserAddCommand extends BrokerCommand {

    private record Added(String name, List<String> mechanisms, int iterations) {}

    @Parameters(paramLabel = "USER", description = "The user's name.")
    private String name = "";

    @Option(
            names = {"-m", "--mechanism"},
            split = ",",
            hideParamSyntax = true,
            paramLabel = "MECHANISM,…",
            description = "${COMPLETION-CANDIDATES}; repeatable. Default: both, so that any client can sign in.")
    private List<Mechanism> mechanisms = new ArrayList<>();

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "8192",
            description = "How often the password is hashed, 4096 to 16384. Default: ${DEFAULT-VALUE}.")
    private int iterations;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    UserAddCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        if (iterations < 4096 || iterations > 16384) {
            throw usage("--iterations must be from 4096 to 16384");
        }
        List<Mechanism> wanted = mechanisms.isEmpty() ? List.of(Mechanism.values()) : mechanisms;
        try (Admin admin = openAdmin()) {
            Credentials credentials = new Credentials(admin);
            if (credentials.of(name).isPresent()) {
                throw new CommandException(
                        "user " + name + " exists; 'sluice user password " + name + "' changes the password");
            }
            credentials.set(
                    name,
                    wanted.stream()
                            .distinct()
                            .map(mechanism -> new ScramCredentialInfo(mechanism.wire(), iterations))
                            .toList(),
                    PasswordInput.read(console(), name));
            print(new Added(name, wanted.stream().map(Mechanism::toString).toList(), iterations));
        }
        return 0;
    }

    private void print(Added added) {
        if (output.isJson()) {
            console().json(added);
        } else {
            console().line("added " + name + " (" + String.join(", ", added.mechanisms()) + ")");
        }
    }
}
