package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.api.ShareHeartbeat;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Optional;

/** What is wrong with a heartbeat of a share group's member by itself, whatever the group is like. Pure; any thread. */
final class ShareRequests {
    private ShareRequests() {}

    /** The refusal; empty if nothing is wrong. */
    static Optional<ConsumerHeartbeatAnswer> refusal(ShareHeartbeat beat) {
        return malformed(beat).map(text -> ConsumerHeartbeatAnswer.failed(ErrorCode.INVALID_REQUEST, text));
    }

    private static Optional<String> malformed(ShareHeartbeat beat) {
        if (beat.memberId().isEmpty()) {
            return Optional.of("MemberId can't be empty.");
        }
        if (beat.groupId().isEmpty()) {
            return Optional.of("GroupId can't be empty.");
        }
        if (beat.client().rackId().filter(String::isEmpty).isPresent()) {
            return Optional.of("RackId can't be empty.");
        }
        if (beat.memberEpoch() < ConsumerHeartbeat.LEAVE) {
            return Optional.of("MemberEpoch is invalid.");
        }
        boolean namesNothing = beat.topics().filter(topics -> !topics.isEmpty()).isEmpty();
        boolean hasEmptyName = beat.topics().orElse(List.of()).stream().anyMatch(String::isEmpty);
        if (beat.memberEpoch() == 0 && namesNothing) {
            return Optional.of("SubscribedTopicNames must be set in first request.");
        }
        return hasEmptyName ? Optional.of("SubscribedTopicNames must not have empty names.") : Optional.empty();
    }
}
