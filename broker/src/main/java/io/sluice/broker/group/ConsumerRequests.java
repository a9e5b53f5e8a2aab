package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.common.ErrorCode;
import java.util.Optional;

/** What is wrong with a heartbeat of the consumer protocol by itself, whatever the group is like. Pure; any thread. */
final class ConsumerRequests {
    private final ConsumerSettings settings;

    ConsumerRequests(ConsumerSettings settings) {
        this.settings = settings;
    }

    /** The refusal; empty if nothing is wrong. */
    Optional<ConsumerHeartbeatAnswer> refusal(ConsumerHeartbeat beat) {
        Optional<String> malformed = malformed(beat);
        if (malformed.isPresent()) {
            return refused(ErrorCode.INVALID_REQUEST, malformed.get());
        }
        if (beat.assignor().filter(name -> !settings.assignors().contains(name)).isPresent()) {
            return refused(
                    ErrorCode.UNSUPPORTED_ASSIGNOR,
                    "ServerAssignor " + beat.assignor().get() + " is not supported. Supported assignors: "
                            + String.join(", ", settings.assignors()) + ".");
        }
        Optional<String> regex = beat.topicRegex();
        if (regex.isPresent() && TopicPattern.compile(regex.get()).isEmpty()) {
            return refused(
                    ErrorCode.INVALID_REGULAR_EXPRESSION,
                    "SubscribedTopicRegex `" + regex.get() + "` is not a valid regular expression in RE2 syntax.");
        }
        return Optional.empty();
    }

    private static Optional<String> malformed(ConsumerHeartbeat beat) {
        if (beat.groupId().isEmpty()) {
            return Optional.of("GroupId can't be empty.");
        }
        if (beat.client().instanceId().filter(String::isEmpty).isPresent()) {
            return Optional.of("InstanceId can't be empty.");
        }
        if (beat.client().rackId().filter(String::isEmpty).isPresent()) {
            return Optional.of("RackId can't be empty.");
        }
        return switch (Integer.signum(beat.memberEpoch())) {
            case 0 -> malformedJoin(beat);
            case 1 -> beat.memberId().isEmpty() ? Optional.of("MemberId can't be empty.") : Optional.empty();
            default -> malformedLeave(beat);
        };
    }

    private static Optional<String> malformedJoin(ConsumerHeartbeat beat) {
        if (beat.rebalanceTimeoutMs() < 0) {
            return Optional.of("RebalanceTimeoutMs must be provided in first request.");
        }
        if (beat.owned().isEmpty() || !beat.owned().get().isEmpty()) {
            return Optional.of("TopicPartitions must be empty when (re-)joining.");
        }
        boolean subscribes = beat.topics().filter(topics -> !topics.isEmpty()).isPresent()
                || beat.topicRegex().filter(regex -> !regex.isEmpty()).isPresent();
        return subscribes
                ? Optional.empty()
                : Optional.of(
                        "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.");
    }

    private static Optional<String> malformedLeave(ConsumerHeartbeat beat) {
        if (beat.memberEpoch() < ConsumerHeartbeat.LEAVE_FOR_NOW) {
            return Optional.of("MemberEpoch is invalid.");
        }
        if (beat.memberId().isEmpty()) {
            return Optional.of("MemberId can't be empty.");
        }
        boolean needsInstance = beat.memberEpoch() == ConsumerHeartbeat.LEAVE_FOR_NOW;
        return needsInstance && beat.client().instanceId().isEmpty()
                ? Optional.of("InstanceId can't be null.")
                : Optional.empty();
    }

    private static Optional<ConsumerHeartbeatAnswer> refused(ErrorCode error, String message) {
        return Optional.of(ConsumerHeartbeatAnswer.failed(error, message));
    }
}
