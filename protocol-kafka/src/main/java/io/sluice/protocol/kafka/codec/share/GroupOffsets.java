package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ShareGroupDescription;
import io.sluice.common.ErrorCode;
import java.util.concurrent.CompletableFuture;

/** Whether the offsets of a share group may be changed: only while nobody is in it. */
final class GroupOffsets {
    private GroupOffsets() {}

    /** NONE, NON_EMPTY_GROUP, or why there is no such group. */
    static CompletableFuture<ErrorCode> whyNotChanged(Broker broker, String groupId) {
        return broker.groups().describeShareGroup(groupId).thenApply(GroupOffsets::whyNot);
    }

    private static ErrorCode whyNot(Result<ShareGroupDescription> group) {
        if (isUnseen(group)) {
            return ErrorCode.NON_EMPTY_GROUP;
        }
        if (!group.isOk()) {
            return group.error();
        }
        return group.get().state() == ShareGroupDescription.State.EMPTY ? ErrorCode.NONE : ErrorCode.NON_EMPTY_GROUP;
    }

    /** NONE, or why there is no such group. */
    static CompletableFuture<ErrorCode> whyNone(Broker broker, String groupId) {
        return broker.groups()
                .describeShareGroup(groupId)
                .thenApply(group -> isUnseen(group) ? ErrorCode.NONE : group.error());
    }

    /** It is there, but its members name topics that the caller may not see. */
    private static boolean isUnseen(Result<ShareGroupDescription> group) {
        return group.error() == ErrorCode.TOPIC_AUTHORIZATION_FAILED;
    }
}
