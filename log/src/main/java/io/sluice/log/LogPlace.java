package io.sluice.log;

import java.nio.file.Path;

/** Where a partition's own files are, asked for when it has or gets any. Any thread. */
@FunctionalInterface
public interface LogPlace {
    /** Its directory, which may not exist. */
    Path directory();
}
