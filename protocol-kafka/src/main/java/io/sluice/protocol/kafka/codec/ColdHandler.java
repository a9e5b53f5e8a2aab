package io.sluice.protocol.kafka.codec;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiMessage;

/** Answers one kind of request. Called on an event loop: it never blocks, and answers later if it must. */
public interface ColdHandler<Q extends ApiMessage> {
    /** What it answers. */
    KafkaApi api();

    /** An empty request to read into. */
    Q newRequest();

    /** The answer; expected failures are codes in it, and any exception becomes UNKNOWN_SERVER_ERROR. */
    CompletableFuture<? extends ApiMessage> handle(Q request, ColdContext context);
}
