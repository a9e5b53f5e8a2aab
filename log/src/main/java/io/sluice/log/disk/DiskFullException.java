package io.sluice.log.disk;

import org.jspecify.annotations.Nullable;

/** There is no space left. */
public final class DiskFullException extends DiskException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the path. */
    public DiskFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
