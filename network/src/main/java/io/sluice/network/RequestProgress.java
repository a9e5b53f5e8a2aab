package io.sluice.network;

/** How far the requests of one connection have arrived. Owner: its event loop. */
public interface RequestProgress {
    /** Whether a request has begun that is not whole. */
    boolean hasPartial();

    /** Requests that were whole so far. */
    long handledCount();

    /** Bytes received so far. */
    long receivedBytes();
}
