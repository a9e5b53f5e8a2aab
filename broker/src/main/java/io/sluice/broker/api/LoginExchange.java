package io.sluice.broker.api;

/** One login from its first message to success or failure. One thread at a time. */
public interface LoginExchange {
    /** Takes the client's next message; after a success or failure there is no next. May block: not for event loops. */
    LoginStep next(byte[] message);
}
