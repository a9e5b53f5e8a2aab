package io.sluice.server.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How many segment files may be kept open, as the process's own limit allows. Too few cost an open, a sync and a close
 * for each small append once there are more partitions; one too many ends the process.
 */
final class OpenFileLimit {
    static final int SEGMENT_FILES_MAX = 16_384;
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LINE = "Max open files";
    /** A segment file may be open twice, once past the page cache, and a fifth is left to connections and journals. */
    private static final int SHARES = 5;

    private static final int SHARES_OF_SEGMENTS = 2;

    private OpenFileLimit() {}

    /** For this process; {@code otherwise} where the system does not tell. */
    static int segmentFiles(int otherwise) {
        if (!Files.isReadable(LIMITS)) {
            return otherwise;
        }
        try {
            return segmentFiles(Files.readAllLines(LIMITS), otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }

    static int segmentFiles(List<String> limits, int otherwise) {
        return limits.stream()
                .filter(line -> line.startsWith(LINE))
                .map(line -> line.substring(LINE.length()).strip().split(" +", 2)[0])
                .filter(soft -> soft.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong)
                .map(soft -> Math.clamp(soft / SHARES * SHARES_OF_SEGMENTS, 1, SEGMENT_FILES_MAX))
                .mapToInt(Math::toIntExact)
                .findFirst()
                .orElse(otherwise);
    }
}
