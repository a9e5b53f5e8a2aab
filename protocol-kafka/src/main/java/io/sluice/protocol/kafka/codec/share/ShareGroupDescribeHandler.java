package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.ConsumerHeartbeat.TopicPartitions;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ShareGroupDescription;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ShareGroupDescribeRequestData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.DescribedGroup;

/** ShareGroupDescribe (KIP-932). */
final class ShareGroupDescribeHandler implements ColdHandler<ShareGroupDescribeRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.SHARE_GROUP_DESCRIBE;
    }

    @Override
    public ShareGroupDescribeRequestData newRequest() {
        return new ShareGroupDescribeRequestData();
    }

    @Override
    public CompletableFuture<ShareGroupDescribeResponseData> handle(
            ShareGroupDescribeRequestData request, ColdContext context) {
        List<CompletableFuture<DescribedGroup>> groups = new ArrayList<>();
        // Once each, however often it is named: an answer can be very much larger than the question.
        for (String groupId : new LinkedHashSet<>(request.groupIds())) {
            groups.add(context.broker()
                    .groups()
                    .describeShareGroup(groupId)
                    .thenApply(result -> encode(groupId, result, context))
                    .thenApply(
                            group -> request.includeAuthorizedOperations() ? withOperations(group, context) : group));
        }
        return Gathering.of(groups).thenApply(all -> new ShareGroupDescribeResponseData().setGroups(all));
    }

    private static DescribedGroup withOperations(DescribedGroup group, ColdContext context) {
        return group.errorCode() == ErrorCode.NONE.kafkaCode()
                ? group.setAuthorizedOperations(
                        context.broker().access().operationBits(ResourceType.GROUP, group.groupId()))
                : group;
    }

    private static DescribedGroup encode(String groupId, Result<ShareGroupDescription> result, ColdContext context) {
        DescribedGroup answer = new DescribedGroup().setGroupId(groupId);
        if (!result.isOk()) {
            return answer.setErrorCode(result.error().kafkaCode()).setErrorMessage(result.message());
        }
        ShareGroupDescription group = result.get();
        answer.setGroupState(group.state().kafkaName())
                .setGroupEpoch(group.groupEpoch())
                .setAssignmentEpoch(group.assignmentEpoch())
                .setAssignorName(group.assignor());
        group.members()
                .forEach(member ->
                        answer.members().add(encode(member, context.broker().topics())));
        return answer;
    }

    private static ShareGroupDescribeResponseData.Member encode(
            ShareGroupDescription.Member member, TopicService topics) {
        return new ShareGroupDescribeResponseData.Member()
                .setMemberId(member.memberId())
                .setRackId(member.client().rackId().orElse(null))
                .setMemberEpoch(member.memberEpoch())
                .setClientId(member.client().id())
                .setClientHost(member.client().host())
                .setSubscribedTopicNames(member.topics())
                .setAssignment(assignment(member.assigned(), topics));
    }

    /** Topics that are gone have no name any more. */
    private static ShareGroupDescribeResponseData.Assignment assignment(
            List<TopicPartitions> partitions, TopicService topics) {
        ShareGroupDescribeResponseData.Assignment assignment = new ShareGroupDescribeResponseData.Assignment();
        for (TopicPartitions ofTopic : partitions) {
            topics.find(ofTopic.topicId())
                    .ifPresent(topic -> assignment
                            .topicPartitions()
                            .add(new ShareGroupDescribeResponseData.TopicPartitions()
                                    .setTopicId(Ids.toKafka(topic.id()))
                                    .setTopicName(topic.name())
                                    .setPartitions(ofTopic.partitions())));
        }
        return assignment;
    }
}
