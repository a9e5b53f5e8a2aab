package io.sluice.protocol.kafka.codec.group;

import io.sluice.protocol.kafka.codec.ColdHandler;
import java.util.List;

/** The handlers of this package. */
public final class GroupHandlers {
    private GroupHandlers() {}

    /** One of each. */
    public static List<ColdHandler<?>> all() {
        return List.of(
                new OffsetCommitHandler(),
                new OffsetFetchHandler(),
                new FindCoordinatorHandler(),
                new JoinGroupHandler(),
                new HeartbeatHandler(),
                new LeaveGroupHandler(),
                new SyncGroupHandler(),
                new DescribeGroupsHandler(),
                new ListGroupsHandler(),
                new DeleteGroupsHandler(),
                new OffsetDeleteHandler(),
                new ConsumerGroupHeartbeatHandler(),
                new ConsumerGroupDescribeHandler());
    }
}
