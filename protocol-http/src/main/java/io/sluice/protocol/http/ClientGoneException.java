package io.sluice.protocol.http;

/** Nobody reads the answer any more. */
final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGoneException() {
        super("the client is gone");
    }
}
