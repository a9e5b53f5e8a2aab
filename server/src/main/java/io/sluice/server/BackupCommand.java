package io.sluice.server;

import io.sluice.common.SystemClock;
import io.sluice.log.disk.DiskLockedException;
import io.sluice.protocol.http.AdminAction.RefusedException;
import io.sluice.server.control.BackupAction;
import io.sluice.server.control.ControlClient;
import io.sluice.server.control.PacedProgress;
import io.sluice.server.node.ExitCode;
import io.sluice.server.node.OfflineDirectory;
import io.sluice.server.node.StartException;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Copies a data directory, whether its broker runs or not. */
@Command(
        name = "backup",
        description = "Copy a data directory into a new directory, while its broker runs or when it is stopped.",
        footer = {
            "",
            "Everything that was acknowledged before the backup began is in it; `sluice restore` makes a data directory of",
            "it. A running broker copies by itself, as its own user and at its own pace, and is found by its data",
            "directory: give the same --data or --config. With --earlier, files that an earlier backup on the same disk",
            "has too are shared with it instead of copied. Examples:",
            "  sluice backup --data /var/lib/sluice --to /backup/monday",
            "  sluice backup --data /var/lib/sluice --to /backup/tuesday --earlier /backup/monday",
            "Exit codes: 0 done, 1 refused or failed, 2 usage, 4 the data directory cannot be opened."
        },
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "New or empty directory for the backup.")
    private Path to = Path.of("");

    @Option(names = "--earlier", paramLabel = "DIR", description = "A finished backup to share files with.")
    private @Nullable Path earlier;

    @Option(names = "--rate", paramLabel = "BYTES", description = "Bytes a second at most. Default: 64 MiB.")
    private long rate = BackupAction.USUAL_RATE;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    BackupCommand() {}

    @Override
    public Integer call() {
        if (rate < BackupAction.LEAST_RATE) {
            throw new ParameterException(
                    spec.commandLine(), "--rate must be at least " + BackupAction.LEAST_RATE + " bytes a second");
        }
        Settings settings = options.load();
        PrintWriter out = spec.commandLine().getOut();
        Optional<ControlClient> running = ControlClient.of(settings.get(SluiceSettings.DATA_DIR));
        try {
            if (running.isPresent()) {
                running.get().ask(BackupAction.PATH, parameters(), line -> print(out, line));
            } else {
                copyStopped(settings, out);
            }
        } catch (RefusedException refused) {
            throw new StartException(ExitCode.REFUSED, String.valueOf(refused.getMessage()), refused);
        }
        out.println("backed up to " + to);
        out.flush();
        return ExitCode.OK.number();
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("to", absolute(to).toString());
        parameters.put("rate", Long.toString(rate));
        earlier().ifPresent(path -> parameters.put("earlier", path.toString()));
        return parameters;
    }

    private Optional<Path> earlier() {
        return Optional.ofNullable(earlier).map(BackupCommand::absolute);
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private void copyStopped(Settings settings, PrintWriter out) {
        print(out, "no broker answers for this directory: opening it as a start does");
        PacedProgress progress = new PacedProgress(new SystemClock(), rate, line -> print(out, line));
        try {
            print(
                    out,
                    OfflineDirectory.with(
                            settings, broker -> BackupAction.backUp(broker, absolute(to), earlier(), progress)));
        } catch (StartException refused) {
            if (refused.getCause() instanceof DiskLockedException) {
                throw new StartException(
                        ExitCode.DATA_DIRECTORY,
                        "a broker uses " + settings.get(SluiceSettings.DATA_DIR)
                                + " and cannot be asked: run this as the broker's user",
                        refused);
            }
            throw refused;
        }
    }

    private static void print(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
