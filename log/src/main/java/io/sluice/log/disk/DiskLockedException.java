package io.sluice.log.disk;

import org.jspecify.annotations.Nullable;

/** Another process holds the lock. */
public final class DiskLockedException extends DiskException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the path. */
    public DiskLockedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
