package io.sluice.common;

import java.io.IOException;
import java.nio.file.Path;

/** Reads small files that people write: certificates, keys. A constructor argument, so that tests own it. Any thread; blocks. */
public interface FileSource {
    /** The whole file. Throws {@link IOException}, also if it is larger. */
    byte[] read(Path file, long bytesMax) throws IOException;

    /** Another text whenever the file has changed; the same for as long as it does not exist. */
    String stamp(Path file);
}
