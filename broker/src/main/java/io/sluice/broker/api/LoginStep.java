package io.sluice.broker.api;

/** What follows from one message of a client. */
public sealed interface LoginStep {
    /**
     * The client must answer.
     *
     * @param bytes for the client
     */
    record Challenge(byte[] bytes) implements LoginStep {}

    /**
     * The client is who it says.
     *
     * @param bytes for the client, may be empty
     * @param principal who it is
     * @param expiresWallMs when the proof ends, {@link Long#MAX_VALUE} if by itself never
     */
    record Success(byte[] bytes, Principal principal, long expiresWallMs) implements LoginStep {}

    /**
     * The client is not.
     *
     * @param reason for our log; may name the user, never a secret, and is not for the client
     */
    record Failure(String reason) implements LoginStep {}
}
