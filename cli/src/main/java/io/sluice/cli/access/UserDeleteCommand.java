package io.sluice.cli.access;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice user delete}. */
@Command(
        name = "delete",
        description = "Delete users. Their access rules stay; 'sluice acl delete --user NAME' deletes those.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  sluice user delete alice", "  sluice user delete alice bob --if-exists"})
final class UserDeleteCommand extends BrokerCommand {

    private record Deleted(String name, boolean deleted) {}

    @Parameters(arity = "1..*", paramLabel = "USER", description = "Names of the users.")
    private List<String> names = List.of();

    @Option(names = "--if-exists", description = "A user who is not there is fine.")
    private boolean missingIsFine;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    UserDeleteCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            Credentials credentials = new Credentials(admin);
            List<Deleted> deleted = new ArrayList<>();
            for (String name : names.stream().distinct().toList()) {
                deleted.add(new Deleted(name, delete(credentials, name)));
            }
            if (output.isJson()) {
                console().json(deleted);
            } else {
                deleted.forEach(user ->
                        console().line(user.deleted() ? "deleted " + user.name() : user.name() + " does not exist"));
            }
        }
        return 0;
    }

    private boolean delete(Credentials credentials, String name) {
        Optional<List<ScramCredentialInfo>> known = credentials.of(name);
        if (known.isEmpty()) {
            if (!missingIsFine) {
                throw new CommandException(
                        "no user " + name + "; 'sluice user list' shows whom there is, --if-exists makes that fine");
            }
            return false;
        }
        credentials.delete(
                name, known.get().stream().map(ScramCredentialInfo::mechanism).toList());
        return true;
    }
}
