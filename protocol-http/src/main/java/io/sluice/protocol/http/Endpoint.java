package io.sluice.protocol.http;

/** Answers GET of one path. Called on event loops: from memory, without blocking. */
interface Endpoint {
    /** What there is to say now. */
    Answer answer();
}
