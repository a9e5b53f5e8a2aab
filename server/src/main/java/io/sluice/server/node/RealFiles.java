package io.sluice.server.node;

import io.sluice.common.FileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of this machine. A change is seen by time and size. */
final class RealFiles implements FileSource {
    @Override
    public byte[] read(Path file, long bytesMax) throws IOException {
        if (Files.size(file) > bytesMax) {
            throw new IOException(file + " is larger than " + bytesMax + " bytes");
        }
        return Files.readAllBytes(file);
    }

    @Override
    public String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            return "missing";
        }
    }
}
