package io.sluice.broker.api;

import io.sluice.broker.api.ConsumerHeartbeat.TopicPartitions;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Optional;

/**
 * What a member of the consumer protocol or of a share group is told.
 *
 * @param error NONE, or why not: INVALID_REQUEST, INVALID_GROUP_ID, INVALID_REGULAR_EXPRESSION, UNSUPPORTED_ASSIGNOR,
 *     GROUP_MAX_SIZE_REACHED, UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, FENCED_INSTANCE_ID, UNRELEASED_INSTANCE_ID,
 *     GROUP_ID_NOT_FOUND, or an error of the coordinator
 * @param message for people; empty without an error
 * @param memberId who was spoken to
 * @param memberEpoch its epoch from now on
 * @param heartbeatIntervalMs when it shall speak again
 * @param assignment its partitions; empty if they are what it was told before
 */
public record ConsumerHeartbeatAnswer(
        ErrorCode error,
        String message,
        String memberId,
        int memberEpoch,
        int heartbeatIntervalMs,
        Optional<List<TopicPartitions>> assignment) {
    /** A sentence that is too long for people is cut. */
    public ConsumerHeartbeatAnswer {
        message = Result.cut(message);
    }

    /** A refusal with a sentence for people. */
    public static ConsumerHeartbeatAnswer failed(ErrorCode error, String message) {
        return new ConsumerHeartbeatAnswer(error, message, "", 0, 0, Optional.empty());
    }
}
