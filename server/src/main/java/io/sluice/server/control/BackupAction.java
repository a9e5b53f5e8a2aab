package io.sluice.server.control;

import io.sluice.broker.LocalBroker;
import io.sluice.common.Clock;
import io.sluice.log.disk.DiskException;
import io.sluice.protocol.http.AdminAction;
import io.sluice.replication.BackupProgress;
import io.sluice.replication.BackupRefusedException;
import io.sluice.replication.BackupSummary;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Backs the broker's data directory up. Parameters: {@code to}, an absolute path on the broker's machine; {@code earlier}, a
 * finished backup to share files with; {@code rate}, bytes a second.
 */
public record BackupAction(LocalBroker broker, Clock clock) implements AdminAction {
    /** Where it is offered. */
    public static final String PATH = "/admin/backup";

    /** Slow enough for a disk that serves clients. */
    public static final long USUAL_RATE = 64L << 20;

    /** Slower is a mistake: a gibibyte would take five hours. */
    public static final long LEAST_RATE = 64L << 10;

    @Override
    public void run(Map<String, String> parameters, Consumer<String> lines) {
        String to = parameters.getOrDefault("to", "");
        if (to.isEmpty() || !Path.of(to).isAbsolute()) {
            throw new RefusedException("'to' must be an absolute path");
        }
        Optional<Path> earlier = Optional.ofNullable(parameters.get("earlier")).map(Path::of);
        lines.accept(backUp(broker, Path.of(to), earlier, new PacedProgress(clock, rate(parameters), lines)));
    }

    private static long rate(Map<String, String> parameters) {
        try {
            return Math.max(LEAST_RATE, Long.parseLong(parameters.getOrDefault("rate", Long.toString(USUAL_RATE))));
        } catch (NumberFormatException wrong) {
            throw new RefusedException("'rate' must be a number of bytes a second");
        }
    }

    /** Backs up and says in one line what it came to; throws {@link RefusedException} with what to do. */
    public static String backUp(LocalBroker broker, Path to, Optional<Path> earlier, BackupProgress progress) {
        try {
            BackupSummary summary = broker.backup(to, earlier, progress);
            return summary.files() + " files, " + summary.bytes() + " bytes"
                    + (summary.sharedBytes() > 0
                            ? ", of these " + summary.sharedBytes() + " shared with the earlier one"
                            : "");
        } catch (BackupRefusedException refused) {
            throw new RefusedException(String.valueOf(refused.getMessage()));
        } catch (DiskException failed) {
            throw new RefusedException(failed.getMessage() + "; what is in " + to + " is no backup, remove it");
        }
    }
}
