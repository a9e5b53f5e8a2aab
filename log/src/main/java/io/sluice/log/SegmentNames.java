package io.sluice.log;

import java.nio.file.Path;

/** File names of a segment: its base offset with 20 digits, so that names sort as offsets do, and its generation if compacted. */
final class SegmentNames {
    static final String LOG = ".log";
    static final String INDEX = ".index";
    static final String BLOCK_CRCS = ".crc";

    private static final int DIGITS = 20;

    private SegmentNames() {}

    static Path path(Path directory, long baseOffset, int generation, String suffix) {
        return directory.resolve(name(baseOffset, generation, suffix));
    }

    private static String name(long baseOffset, int generation, String suffix) {
        String digits = Long.toString(baseOffset);
        String padded = "0".repeat(DIGITS - digits.length()) + digits;
        return generation == 0 ? padded + suffix : padded + "-" + generation + suffix;
    }
}
