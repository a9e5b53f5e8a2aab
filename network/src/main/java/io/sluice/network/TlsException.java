package io.sluice.network;

import org.jspecify.annotations.Nullable;

/** Key material that cannot be used; the message is one line that names the file and says what to do, and no secret. */
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With that line. */
    public TlsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
