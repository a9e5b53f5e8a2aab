package io.sluice.cli.access;

import io.sluice.cli.command.CommandException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Whom a rule is about, as options. */
final class AclWho {

    @Option(
            names = {"-u", "--user"},
            split = ",",
            hideParamSyntax = true,
            paramLabel = "USER,…",
            description = "This user. Repeatable.")
    private List<String> users = new ArrayList<>();

    @Option(names = "--everyone", description = "Whoever it is, signed in or not.")
    private boolean everyone;

    @Option(
            names = "--principal",
            paramLabel = "TYPE:NAME",
            description = "A principal that is no user, or a certificate's name. Repeatable.")
    private List<String> principals = new ArrayList<>();

    /** The principals as Kafka writes them; empty when none was named. */
    List<String> principals() {
        List<String> all = new ArrayList<>();
        users.forEach(user -> all.add(user.startsWith("User:") ? user : "User:" + user));
        if (everyone) {
            all.add("User:*");
        }
        for (String principal : principals) {
            if (!principal.matches("[A-Za-z]+:.+")) {
                throw new CommandException(
                        "--principal " + principal + " has no type; write TYPE:NAME, such as User:" + principal);
            }
            all.add(principal);
        }
        return all.stream().distinct().toList();
    }
}
