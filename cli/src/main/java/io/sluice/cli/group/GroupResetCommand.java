package io.sluice.cli.group;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import io.sluice.cli.text.TimeExpression;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice group reset}. */
@Command(
        name = "reset",
        description = {
            "Let a group go on somewhere else. Shows the plan; with --execute it happens.",
            "The group must have no members: stop its consumers first."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice group reset billing --to-earliest               see the plan",
            "  sluice group reset billing --to-earliest --execute     read everything again",
            "  sluice group reset billing --by 1h --execute           the last hour again",
            "  sluice group reset billing --to-time 2026-11-21T12:00 --topic orders",
            "  sluice group reset billing --shift-by 1 --topic orders:3     skip a record",
            "  sluice group reset new --to-latest --topic orders        before it starts",
            "  sluice group reset workers --kind share --to-earliest --execute",
            "",
            "Positions as a file, one line TOPIC,PARTITION,OFFSET each; kept for later by",
            "  sluice group describe billing -o json | jq -r '.[0].partitions[]",
            "    | select(.position) | [.topic,.partition,.position] | @csv'",
            "",
            "Times: '10m ago', 2026-11-21T12:00:00Z, 2026-11-21T12:00 (local), 2026-11-21."
        })
final class GroupResetCommand extends BrokerCommand {

    /** The ways to say where to go on; exactly one. */
    private static final class Choice {
        @Option(names = "--to-earliest", required = true, description = "At the first record that is there.")
        private boolean earliest;

        @Option(names = "--to-latest", required = true, description = "After the last record that is there.")
        private boolean latest;

        @Option(names = "--to-offset", required = true, paramLabel = "N", description = "At this offset.")
        private Optional<Long> offset = Optional.empty();

        @Option(
                names = "--to-time",
                required = true,
                paramLabel = "TIME",
                description = "At the first record of this time or later, see below.")
        private Optional<String> time = Optional.empty();

        @Option(
                names = "--by",
                required = true,
                paramLabel = "DURATION",
                description = "At the first record not older than this: 30m, 2h, 1d.")
        private Optional<Duration> duration = Optional.empty();

        @Option(
                names = "--shift-by",
                required = true,
                paramLabel = "N",
                description = "N records further, or back with -N.")
        private Optional<Long> shift = Optional.empty();

        @Option(
                names = "--from-file",
                required = true,
                paramLabel = "FILE",
                description = "At the positions of this file, see below.")
        private @Nullable Path file;
    }

    private record Plan(String group, boolean executed, List<PositionMove> partitions) {}

    @Parameters(paramLabel = "GROUP", description = "Which group.")
    private String name = "";

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Choice choice = new Choice();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC[:N,…]",
            description = "Only this topic, or only these partitions of it. Repeatable."
                    + " Default: the topics in which the group has positions.")
    private List<String> topics = new ArrayList<>();

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    @Mixin
    private final DeliveryKindOption kind = new DeliveryKindOption();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    GroupResetCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        ResetTarget target = target();
        if (target instanceof ResetTarget.Positions && !topics.isEmpty()) {
            throw usage("--from-file names the partitions itself; leave --topic away");
        }
        if (kind.isGiven()) {
            resetDeliveries(DeliveryReset.start(target));
            return 0;
        }
        try (Admin admin = openAdmin()) {
            int members = KnownGroup.find(admin, name)
                    .map(group -> group.members().size())
                    .orElseGet(() -> absent(target));
            if (execute && members > 0) {
                throw busy(members);
            }
            Map<TopicPartition, Long> positions = KnownGroup.positions(admin, name);
            Collection<TopicPartition> partitions = new ResetScope(admin, positions).of(target, topics);
            List<PositionMove> moves =
                    ResetPlanner.ask(admin, positions, partitions, target).moves(partitions, target);
            if (moves.isEmpty()) {
                throw new CommandException("group " + name + " has no positions to move; --topic TOPIC names a topic"
                        + " for a group that never read");
            }
            if (execute) {
                execute(admin, moves);
            }
            print(new Plan(name, execute, moves), members);
        }
        return 0;
    }

    private void resetDeliveries(String start) {
        DeliveryReset reset = new DeliveryReset(console(), kind);
        if (!execute) {
            reset.plan(name, start, topics);
            return;
        }
        if (kind.isOfRedis()) {
            StreamGroupTables.Done done = reset.executeInStreams(name, start, topics);
            if (output.isJson()) {
                console().json(done);
            } else {
                StreamGroupTables.print(console(), done);
            }
            return;
        }
        DeliveryReset.Done done = reset.execute(name, start, topics);
        if (output.isJson()) {
            console().json(done);
        } else {
            reset.print(done);
        }
    }

    private ResetTarget target() {
        if (choice.offset.filter(offset -> offset < 0).isPresent()) {
            throw usage("--to-offset must not be negative; --shift-by -N goes back");
        }
        if (choice.file != null) {
            return new ResetTarget.Positions(PositionsFile.read(choice.file));
        }
        if (choice.earliest) {
            return new ResetTarget.Earliest();
        }
        if (choice.latest) {
            return new ResetTarget.Latest();
        }
        return choice.offset
                .<ResetTarget>map(ResetTarget.Offset::new)
                .or(() -> choice.shift.map(ResetTarget.Shift::new))
                .or(() -> choice.time.map(text -> new ResetTarget.Time(time(text))))
                .or(() -> choice.duration.map(
                        age -> new ResetTarget.Time(console().clock().instant().minus(age))))
                .orElseThrow();
    }

    private Instant time(String text) {
        try {
            return new TimeExpression(console().clock().instant(), ZoneId.systemDefault()).parse(text);
        } catch (IllegalArgumentException malformed) {
            throw usage("--to-time: " + malformed.getMessage());
        }
    }

    /** A group that is not there yet can be given positions, if it is said where. */
    private int absent(ResetTarget target) {
        if (topics.isEmpty() && !(target instanceof ResetTarget.Positions)) {
            throw new CommandException(
                    "no group " + name + "; 'sluice group list' shows what there is, --topic TOPIC makes a new one");
        }
        return 0;
    }

    private void execute(Admin admin, List<PositionMove> moves) {
        Map<TopicPartition, OffsetAndMetadata> wanted = new HashMap<>();
        moves.forEach(move -> wanted.put(
                new TopicPartition(move.topic(), move.partition()), new OffsetAndMetadata(move.newPosition())));
        try {
            await(admin.alterConsumerGroupOffsets(name, wanted).all());
        } catch (UnknownMemberIdException | RebalanceInProgressException joined) {
            throw new CommandException(
                    "nothing was moved: a consumer joined group " + name + " meanwhile; stop it and try again", joined);
        }
    }

    private CommandException busy(int members) {
        return new CommandException("group " + name + " has " + Printable.count(members, "active member")
                + " and would overwrite what is set; stop them first ('sluice group describe " + name
                + "' shows them), then try again");
    }

    private void print(Plan plan, int members) {
        if (output.isJson()) {
            console().json(plan);
            return;
        }
        Table table = new Table()
                .text("TOPIC")
                .number("PARTITION")
                .number("POSITION")
                .number("NEW POSITION")
                .number("END")
                .number("LAG THEN")
                .text("NOTE");
        plan.partitions()
                .forEach(move -> table.row(
                        move.topic(),
                        move.partition(),
                        move.position() == null ? "-" : move.position(),
                        move.newPosition(),
                        move.endOffset(),
                        move.lag(),
                        move.note()));
        console().table(table);
        String what = Printable.count(plan.partitions().size(), "position") + " of group " + name;
        if (execute) {
            console().line("moved " + what);
            return;
        }
        console().flush();
        console()
                .error("would move " + what + "; "
                        + (members == 0
                                ? "--execute does it"
                                : "not possible while it has " + Printable.count(members, "active member")
                                        + ": stop them, then add --execute"));
    }
}
