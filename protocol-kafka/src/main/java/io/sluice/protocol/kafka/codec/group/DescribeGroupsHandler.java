package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.GroupService.DescribedMember;
import io.sluice.broker.api.GroupService.GroupDescription;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;

/** DescribeGroups. An unknown group was a dead one until version 5 and is an error from version 6 on (KIP-1043). */
final class DescribeGroupsHandler implements ColdHandler<DescribeGroupsRequestData> {
    private static final short NOT_FOUND_FROM = 6;

    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_GROUPS;
    }

    @Override
    public DescribeGroupsRequestData newRequest() {
        return new DescribeGroupsRequestData();
    }

    @Override
    public CompletableFuture<DescribeGroupsResponseData> handle(
            DescribeGroupsRequestData request, ColdContext context) {
        List<CompletableFuture<DescribedGroup>> groups = new ArrayList<>();
        // Once each, however often it is named: an answer can be very much larger than the question.
        for (String groupId : new LinkedHashSet<>(request.groups())) {
            groups.add(context.broker()
                    .groups()
                    .describe(groupId)
                    .thenApply(result -> encode(groupId, result, context.version()))
                    .thenApply(group -> withOperations(request, group, context.broker())));
        }
        return Gathering.of(groups).thenApply(all -> new DescribeGroupsResponseData().setGroups(all));
    }

    private static DescribedGroup withOperations(
            DescribeGroupsRequestData request, DescribedGroup group, Broker broker) {
        return request.includeAuthorizedOperations() && group.errorCode() == ErrorCode.NONE.kafkaCode()
                ? group.setAuthorizedOperations(broker.access().operationBits(ResourceType.GROUP, group.groupId()))
                : group;
    }

    private static DescribedGroup encode(String groupId, Result<GroupDescription> result, short version) {
        DescribedGroup answer = new DescribedGroup().setGroupId(groupId);
        if (!result.isOk()) {
            boolean isDead = result.error() == ErrorCode.GROUP_ID_NOT_FOUND;
            answer.setGroupState(isDead ? GroupState.DEAD.kafkaName() : "");
            if (!isDead || version >= NOT_FOUND_FROM) {
                answer.setErrorCode(result.error().kafkaCode());
            }
            return version >= NOT_FOUND_FROM ? answer.setErrorMessage(result.message()) : answer;
        }
        GroupDescription group = result.get();
        answer.setGroupState(group.state().kafkaName())
                .setProtocolType(group.protocolType())
                .setProtocolData(group.protocolName());
        group.members().forEach(member -> answer.members().add(encode(member)));
        return answer;
    }

    private static DescribedGroupMember encode(DescribedMember member) {
        return new DescribedGroupMember()
                .setMemberId(member.memberId())
                .setGroupInstanceId(member.instanceId().orElse(null))
                .setClientId(member.clientId())
                .setClientHost(member.clientHost())
                .setMemberMetadata(member.metadata())
                .setMemberAssignment(member.assignment());
    }
}
