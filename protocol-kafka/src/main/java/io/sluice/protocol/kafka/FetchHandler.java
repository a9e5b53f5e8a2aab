package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.sluice.common.Clock;
import java.util.concurrent.Executor;

/** Fetch, versions 4 to 18. Event loops. */
final class FetchHandler {
    private final FetchSessions sessions;
    private final Executor blocking;

    FetchHandler(KafkaLimits limits, Clock clock, Executor blocking) {
        this.blocking = blocking;
        sessions = new FetchSessions(limits.fetchSessionsMax(), clock);
    }

    /** Starts to answer; the frame may be reused afterwards. */
    void handle(RequestHeader header, ByteBuf frame, KafkaConnection connection) {
        FetchRequest request = FetchRequest.read(frame, header.version());
        FetchContext context = sessions.begin(request);
        new FetchCall(this, header, request, context, connection).start();
    }

    FetchSessions sessions() {
        return sessions;
    }

    Executor blocking() {
        return blocking;
    }
}
