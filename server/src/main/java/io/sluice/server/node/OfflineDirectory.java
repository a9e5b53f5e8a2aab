package io.sluice.server.node;

import io.sluice.broker.LocalBroker;
import io.sluice.common.SystemClock;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** A data directory that no broker serves. */
public final class OfflineDirectory {
    private OfflineDirectory() {}

    /**
     * Opens the directory as a start does but without a listener, does something and stops, so that everything is in a
     * checkpoint afterwards. Throws {@link StartException}.
     */
    public static <T> T with(Settings settings, Function<LocalBroker, T> work) {
        Path directory = settings.get(SluiceSettings.DATA_DIR).toAbsolutePath().normalize();
        if (!Files.exists(directory.resolve("format"))) {
            throw new StartException(
                    ExitCode.DATA_DIRECTORY,
                    directory + " is no data directory; name the broker's with --data DIR",
                    null);
        }
        LocalBroker broker = BrokerNode.open(BrokerSetup.of(settings), new SystemClock());
        try {
            return work.apply(broker);
        } finally {
            broker.stop();
        }
    }
}
