package io.sluice.bench;

import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the data of a test lies.
 *
 * @param path a folder that is there
 * @param isTemporary whether it is the test's own
 */
record Workplace(Path path, boolean isTemporary) {
    private static final Duration REMOVING_LIMIT = Duration.ofMinutes(2);

    /** The folder that was asked for, or a temporary one. */
    static Workplace of(@Nullable Path folder, String test) throws IOException {
        return folder == null ? temporary(test) : new Workplace(Files.createDirectories(folder), false);
    }

    static Workplace temporary(String test) throws IOException {
        return new Workplace(Files.createTempDirectory("sluice-" + test), true);
    }

    /** Removes what is temporary; what failed stays for whoever looks into it. */
    void leave(boolean hasPassed) {
        if (isTemporary && hasPassed) {
            OsProcess.run(REMOVING_LIMIT, "rm", "-rf", path.toString());
        }
    }
}
