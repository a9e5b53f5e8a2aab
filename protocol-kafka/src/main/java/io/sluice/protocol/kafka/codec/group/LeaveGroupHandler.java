package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.GroupService.LeaveAnswer;
import io.sluice.broker.api.GroupService.LeavingMember;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;

/** LeaveGroup: one member until version 2, several from version 3 on (KIP-345). */
final class LeaveGroupHandler implements ColdHandler<LeaveGroupRequestData> {
    private static final short MEMBERS_FROM = 3;

    @Override
    public KafkaApi api() {
        return KafkaApi.LEAVE_GROUP;
    }

    @Override
    public LeaveGroupRequestData newRequest() {
        return new LeaveGroupRequestData();
    }

    @Override
    public CompletableFuture<LeaveGroupResponseData> handle(LeaveGroupRequestData request, ColdContext context) {
        ErrorCode denied = context.broker().access().check(Operation.READ, ResourceType.GROUP, request.groupId());
        if (denied != ErrorCode.NONE) {
            return CompletableFuture.completedFuture(new LeaveGroupResponseData().setErrorCode(denied.kafkaCode()));
        }
        boolean isSeveral = context.version() >= MEMBERS_FROM;
        List<LeavingMember> leaving = new ArrayList<>();
        if (isSeveral) {
            request.members()
                    .forEach(member -> leaving.add(new LeavingMember(
                            member.memberId(),
                            Optional.ofNullable(member.groupInstanceId()),
                            member.reason() == null ? "" : member.reason())));
        } else {
            leaving.add(new LeavingMember(request.memberId(), Optional.empty(), ""));
        }
        return context.broker()
                .groups()
                .leave(request.groupId(), leaving)
                .thenApply(answers -> isSeveral ? several(answers) : single(answers));
    }

    private static LeaveGroupResponseData single(List<LeaveAnswer> answers) {
        ErrorCode error = answers.isEmpty()
                ? ErrorCode.UNKNOWN_MEMBER_ID
                : answers.getFirst().error();
        return new LeaveGroupResponseData().setErrorCode(error.kafkaCode());
    }

    private static LeaveGroupResponseData several(List<LeaveAnswer> answers) {
        LeaveGroupResponseData answer = new LeaveGroupResponseData();
        for (LeaveAnswer left : answers) {
            answer.members()
                    .add(new MemberResponse()
                            .setMemberId(left.member().memberId())
                            .setGroupInstanceId(left.member().instanceId().orElse(null))
                            .setErrorCode(left.error().kafkaCode()));
        }
        return answer;
    }
}
