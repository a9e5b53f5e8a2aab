package io.sluice.protocol.http;

import java.util.Map;
import java.util.function.Consumer;

/** Something an operator asks of the running broker by POST; on a thread of its own that may block. */
public interface AdminAction {
    /**
     * Does it. Each line is sent at once; the listener adds a last one, {@code done}, if nothing is thrown.
     *
     * @param parameters of the query, the last of those with the same name
     * @param lines what the operator sees meanwhile
     * @throws RefusedException with what to do, if it cannot be done
     */
    void run(Map<String, String> parameters, Consumer<String> lines);

    /** What was asked for cannot be done; the message says what to do. */
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** With one line for the operator. */
        public RefusedException(String message) {
            super(message);
        }
    }
}
