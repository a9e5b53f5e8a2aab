package io.sluice.server.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Files with secrets. */
public final class PrivateFile {
    private PrivateFile() {}

    /** Makes the file, which only this user may read from the first moment on; throws if there is one. */
    public static void create(Path file, String text) throws IOException {
        boolean hasModes =
                Files.getFileAttributeView(file.toAbsolutePath().getParent(), PosixFileAttributeView.class) != null;
        FileAttribute<?>[] modes = hasModes
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, modes);
        Files.writeString(file, text);
    }
}
