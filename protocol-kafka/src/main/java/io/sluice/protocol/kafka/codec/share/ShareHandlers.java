package io.sluice.protocol.kafka.codec.share;

import io.sluice.protocol.kafka.codec.ColdHandler;
import java.util.List;

/** The handlers of this package. */
public final class ShareHandlers {
    private ShareHandlers() {}

    /** One of each, for one listener with so many share sessions at most. */
    public static List<ColdHandler<?>> all(int sessionsMax) {
        ShareSessions sessions = new ShareSessions(sessionsMax);
        return List.of(
                new ShareGroupHeartbeatHandler(sessions),
                new ShareGroupDescribeHandler(),
                new ShareFetchHandler(sessions),
                new ShareAcknowledgeHandler(sessions),
                new DescribeShareGroupOffsetsHandler(),
                new AlterShareGroupOffsetsHandler(),
                new DeleteShareGroupOffsetsHandler());
    }
}
