package io.sluice.server;

import io.sluice.common.SystemClock;
import io.sluice.log.DamagedRange;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.BackupRefusedException;
import io.sluice.replication.BackupSummary;
import io.sluice.replication.Restoration;
import io.sluice.server.control.PacedProgress;
import io.sluice.server.node.ExitCode;
import io.sluice.server.node.StartException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a data directory out of a backup. */
@Command(
        name = "restore",
        description = "Make a data directory out of a backup. Every file and every record batch is checked.",
        footer = {
            "",
            "Nothing is overwritten: --to must be empty or missing. A backup that was interrupted or is damaged is",
            "refused, and nothing is left behind. Records acknowledged after the backup began are not in it. Example:",
            "  sluice restore --from /backup/monday --to /var/lib/sluice",
            "Exit codes: 0 restored, 1 refused or failed, 2 usage, 4 restored, but with records that were damaged",
            "before the backup was made: `sluice repair` shows them."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Option(names = "--from", paramLabel = "DIR", required = true, description = "The backup.")
    private Path from = Path.of("");

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "New or empty data directory.")
    private Path to = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    RestoreCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PacedProgress progress = new PacedProgress(new SystemClock(), Long.MAX_VALUE, line -> {
            out.println(line);
            out.flush();
        });
        try {
            Restoration restoration = Restoration.of(new RealDisk(), from, progress);
            BackupSummary summary = restoration.into(to);
            out.println("restored " + summary.files() + " files, " + summary.bytes() + " bytes, to " + to
                    + ": everything acknowledged before " + Instant.ofEpochMilli(restoration.begunMs()));
            return damage(out, summary);
        } catch (BackupRefusedException | DiskException refused) {
            throw new StartException(ExitCode.REFUSED, String.valueOf(refused.getMessage()), refused);
        } finally {
            out.flush();
        }
    }

    private static int damage(PrintWriter out, BackupSummary summary) {
        for (DamagedRange range : summary.damage()) {
            out.println("damaged before the backup was made: offsets " + range.firstOffset() + " to "
                    + (range.nextOffset() - 1) + " in " + range.file() + ": " + range.reason());
        }
        return summary.damage().isEmpty() ? ExitCode.OK.number() : ExitCode.DATA_DIRECTORY.number();
    }
}
