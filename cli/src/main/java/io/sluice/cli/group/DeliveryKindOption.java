package io.sluice.cli.group;

import io.sluice.cli.command.BrokerControl;
import io.sluice.cli.command.BrokerControl.Row;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --kind}: a delivery group, whose records are acknowledged one by one, instead of a consumer group. A mixin. */
final class DeliveryKindOption {
    private static final String REDIS = "redis";

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Delivery groups of this kind, share or redis. Asks the broker of --data.")
    private Optional<String> kind = Optional.empty();

    @Mixin
    private final BrokerControl control = new BrokerControl();

    /** Whether it is about delivery groups. */
    boolean isGiven() {
        return kind.isPresent();
    }

    /** Whether it is about groups of Redis, which have ids in the place of offsets. */
    boolean isOfRedis() {
        return kind.filter(REDIS::equals).isPresent();
    }

    /** Every partition of the groups of the kind, or of the one that is named. */
    List<Row> list(Console console, Optional<String> group) {
        return ask(console, "list", group, Map.of());
    }

    /** Every partition of the group; says so if there is none. */
    List<Row> describe(Console console, String group) {
        List<Row> found = list(console, Optional.of(group));
        if (found.isEmpty()) {
            throw new CommandException("no group " + group + " of this kind; 'sluice group list --kind "
                    + kind.orElse("share") + "' shows what there is");
        }
        return found;
    }

    /** Lets the group go on elsewhere; what it holds is forgotten. */
    List<Row> reset(Console console, String group, Map<String, String> more) {
        return ask(console, "reset", Optional.of(group), more);
    }

    private List<Row> ask(Console console, String what, Optional<String> group, Map<String, String> more) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("do", what);
        kind.ifPresent(known -> parameters.put("kind", known));
        group.ifPresent(name -> parameters.put("group", name));
        parameters.putAll(more);
        return control.ask(console, parameters);
    }
}
