package io.sluice.protocol.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * What an endpoint says.
 *
 * @param status of HTTP
 * @param contentType of the body
 * @param body small enough to be made whole
 */
record Answer(HttpResponseStatus status, String contentType, String body) {
    static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    /** One line for a person or a probe. */
    static Answer line(HttpResponseStatus status, String line) {
        return new Answer(status, PLAIN_TEXT, line + "\n");
    }
}
