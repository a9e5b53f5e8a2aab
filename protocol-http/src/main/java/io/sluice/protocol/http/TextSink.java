package io.sluice.protocol.http;

/** A body under way: text is appended to a small builder and leaves it now and then. One thread. */
interface TextSink {
    /** Where to append. */
    StringBuilder text();

    /** Between two samples or lines: sends what has gathered if it is worth it, and waits for a slow client. */
    void next();

    /** Sends what has gathered, however little, and waits for a slow client. */
    void send();
}
