package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.LeaveAnswer;
import io.sluice.broker.api.GroupService.LeavingMember;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Answers that say no. */
final class Answers {
    private Answers() {}

    /** The shard's errors as clients of a group coordinator know them: they look for the coordinator anew or retry. */
    static ErrorCode forClients(ErrorCode error) {
        return switch (error) {
            case NOT_LEADER_OR_FOLLOWER, STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
            case REQUEST_TIMED_OUT, LEADER_NOT_AVAILABLE -> ErrorCode.COORDINATOR_NOT_AVAILABLE;
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE -> ErrorCode.UNKNOWN_SERVER_ERROR;
            default -> error;
        };
    }

    static SyncAnswer syncFailed(ErrorCode error) {
        return new SyncAnswer(error, "", "", LiveMember.NO_ASSIGNMENT);
    }

    static Function<ErrorCode, JoinAnswer> joinFailed(String memberId) {
        return error -> JoinAnswer.failed(error, memberId);
    }

    static List<LeaveAnswer> leaveFailed(List<LeavingMember> members, ErrorCode error) {
        return members.stream().map(member -> new LeaveAnswer(member, error)).toList();
    }

    static <K> Map<K, ErrorCode> forEach(Set<K> keys, ErrorCode error) {
        return keys.stream().collect(Collectors.toMap(Function.identity(), key -> error));
    }
}
