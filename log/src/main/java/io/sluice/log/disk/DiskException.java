package io.sluice.log.disk;

import org.jspecify.annotations.Nullable;

/** The file system refused an operation. */
public sealed class DiskException extends RuntimeException permits DiskFullException, DiskLockedException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the path. */
    public DiskException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
