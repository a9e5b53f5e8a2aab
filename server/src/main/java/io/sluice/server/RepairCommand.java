package io.sluice.server;

import io.sluice.log.DamagedRange;
import io.sluice.server.node.ExitCode;
import io.sluice.server.node.OfflinePartition;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the damage of one partition and, if asked, gives the damaged records up. */
@Command(
        name = "repair",
        description =
                "Show which records of a partition are damaged, and give them up if told to. Stop the broker first.",
        footer = {
            "",
            "Without --accept-loss nothing is given up. Everything outside of the damaged ranges is readable before and",
            "after. Exit codes: 0 no damage is left, 2 usage, 4 there is damage, or the data directory cannot be opened."
        },
        mixinStandardHelpOptions = true)
final class RepairCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--partition",
            paramLabel = "TOPIC-P",
            required = true,
            description = "The partition: name of the topic, a hyphen, number of the partition.")
    private String partition = "";

    @Option(
            names = "--accept-loss",
            description =
                    "Give the damaged records up: readers pass over them, as over records that were compacted away.")
    private boolean acceptLoss;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    RepairCommand() {}

    @Override
    public Integer call() {
        int hyphen = partition.lastIndexOf('-');
        if (hyphen < 1 || !partition.substring(hyphen + 1).matches("[0-9]{1,9}")) {
            throw new ParameterException(
                    spec.commandLine(), "--partition must be TOPIC-NUMBER, for example orders-0, not " + partition);
        }
        Settings settings = options.load();
        PrintWriter out = spec.commandLine().getOut();
        String topic = partition.substring(0, hyphen);
        int number = Integer.parseInt(partition.substring(hyphen + 1));
        try (OfflinePartition offline = OfflinePartition.open(settings, topic, number)) {
            List<DamagedRange> damage = offline.damage();
            print(out, damage);
            if (damage.isEmpty()) {
                return ExitCode.OK.number();
            }
            if (acceptLoss) {
                offline.acceptLoss();
                out.println("accepted: readers pass over these ranges from now on; start the broker");
                return ExitCode.OK.number();
            }
            explain(out, settings);
            return ExitCode.DATA_DIRECTORY.number();
        } finally {
            out.flush();
        }
    }

    private void print(PrintWriter out, List<DamagedRange> damage) {
        if (damage.isEmpty()) {
            out.println(partition + ": no damage");
        }
        for (DamagedRange range : damage) {
            out.println(partition + ": offsets " + range.firstOffset() + " to " + (range.nextOffset() - 1) + ", "
                    + range.lengthBytes() + " bytes at " + range.filePosition() + " of " + range.file() + ": "
                    + range.reason());
        }
    }

    private void explain(PrintWriter out, Settings settings) {
        out.println(
                "Nothing was changed. A copy of these files from a backup made after the records were written is the");
        out.println("better repair: put it in place and run this again. To give up what cannot be read:");
        out.println("  sluice repair --partition " + partition + " --data " + settings.get(SluiceSettings.DATA_DIR)
                + " --accept-loss");
        out.println(
                "The records of these offsets are then gone for good; all others keep their offsets, and readers that");
        out.println("come to such an offset go on at the next record that is there.");
    }
}
