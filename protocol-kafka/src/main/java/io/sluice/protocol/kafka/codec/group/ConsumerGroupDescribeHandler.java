package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
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
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Assignment;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Member;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.TopicPartitions;

/** ConsumerGroupDescribe (KIP-848); from version 1 on it says which protocol a member speaks (KIP-1099). */
final class ConsumerGroupDescribeHandler implements ColdHandler<ConsumerGroupDescribeRequestData> {
    private static final byte CLASSIC = 0;
    private static final byte CONSUMER = 1;
    private static final short MEMBER_TYPE_FROM = 1;

    @Override
    public KafkaApi api() {
        return KafkaApi.CONSUMER_GROUP_DESCRIBE;
    }

    @Override
    public ConsumerGroupDescribeRequestData newRequest() {
        return new ConsumerGroupDescribeRequestData();
    }

    @Override
    public CompletableFuture<ConsumerGroupDescribeResponseData> handle(
            ConsumerGroupDescribeRequestData request, ColdContext context) {
        List<CompletableFuture<DescribedGroup>> groups = new ArrayList<>();
        // Once each, however often it is named: an answer can be very much larger than the question.
        for (String groupId : new LinkedHashSet<>(request.groupIds())) {
            groups.add(context.broker()
                    .groups()
                    .describeConsumerGroup(groupId)
                    .thenApply(result -> encode(groupId, result, context))
                    .thenApply(group -> withOperations(group, request, context)));
        }
        return Gathering.of(groups).thenApply(all -> new ConsumerGroupDescribeResponseData().setGroups(all));
    }

    private static DescribedGroup withOperations(
            DescribedGroup group, ConsumerGroupDescribeRequestData request, ColdContext context) {
        return request.includeAuthorizedOperations() && group.errorCode() == ErrorCode.NONE.kafkaCode()
                ? group.setAuthorizedOperations(
                        context.broker().access().operationBits(ResourceType.GROUP, group.groupId()))
                : group;
    }

    private static DescribedGroup encode(String groupId, Result<ConsumerGroupDescription> result, ColdContext context) {
        DescribedGroup answer = new DescribedGroup().setGroupId(groupId);
        if (!result.isOk()) {
            return answer.setErrorCode(result.error().kafkaCode()).setErrorMessage(result.message());
        }
        ConsumerGroupDescription group = result.get();
        answer.setGroupState(group.state().kafkaName())
                .setGroupEpoch(group.groupEpoch())
                .setAssignmentEpoch(group.assignmentEpoch())
                .setAssignorName(group.assignor());
        group.members().forEach(member -> answer.members().add(encode(member, context)));
        return answer;
    }

    private static Member encode(ConsumerGroupDescription.Member member, ColdContext context) {
        ConsumerHeartbeat.Client client = member.client();
        TopicService topics = context.broker().topics();
        Member encoded = new Member()
                .setMemberId(member.memberId())
                .setInstanceId(client.instanceId().orElse(null))
                .setRackId(client.rackId().orElse(null))
                .setMemberEpoch(member.memberEpoch())
                .setClientId(client.id())
                .setClientHost(client.host())
                .setSubscribedTopicNames(member.topics())
                .setSubscribedTopicRegex(member.topicRegex().orElse(null))
                .setAssignment(assignment(member.assigned(), topics))
                .setTargetAssignment(assignment(member.target(), topics));
        return context.version() >= MEMBER_TYPE_FROM
                ? encoded.setMemberType(member.isClassic() ? CLASSIC : CONSUMER)
                : encoded;
    }

    /** Topics that are gone have no name any more. */
    private static Assignment assignment(List<ConsumerHeartbeat.TopicPartitions> partitions, TopicService topics) {
        Assignment assignment = new Assignment();
        for (ConsumerHeartbeat.TopicPartitions ofTopic : partitions) {
            topics.find(ofTopic.topicId())
                    .ifPresent(topic -> assignment
                            .topicPartitions()
                            .add(new TopicPartitions()
                                    .setTopicId(Ids.toKafka(topic.id()))
                                    .setTopicName(topic.name())
                                    .setPartitions(ofTopic.partitions())));
        }
        return assignment;
    }
}
