package io.sluice.protocol.http;

import java.util.function.Supplier;

/** What answers one path. */
sealed interface Endpoint {
    /** GET and HEAD from memory, on the event loop, without blocking. */
    record Quick(Supplier<Answer> answer) implements Endpoint {}

    /** GET of what is written piece by piece, on a thread that may block. */
    record Streamed(String contentType, StreamedBody body) implements Endpoint {}

    /** POST by those who know the token, on a thread that may block; answered line by line. */
    record Action(AdminAction action) implements Endpoint {}

    /** Writes a body. */
    interface StreamedBody {
        /** All of it, piece by piece. */
        void write(TextSink sink);
    }
}
