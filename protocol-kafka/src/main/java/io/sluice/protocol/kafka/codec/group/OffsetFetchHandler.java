package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;

/**
 * OffsetFetch: one group until version 7, several from version 8 on, topics by id from version 10 on. The old form is
 * answered through the new one. Without transactions every committed offset is stable.
 */
final class OffsetFetchHandler implements ColdHandler<OffsetFetchRequestData> {
    private static final short GROUPS_FROM = 8;
    private static final short BY_ID_FROM = 10;
    private static final short GROUP_ERROR_FROM = 2;
    private static final CommittedOffset NOTHING = new CommittedOffset(-1, -1, "");

    @Override
    public KafkaApi api() {
        return KafkaApi.OFFSET_FETCH;
    }

    @Override
    public OffsetFetchRequestData newRequest() {
        return new OffsetFetchRequestData();
    }

    @Override
    public CompletableFuture<OffsetFetchResponseData> handle(OffsetFetchRequestData request, ColdContext context) {
        if (context.version() < GROUPS_FROM) {
            OffsetFetchRequestGroup only = asGroup(request);
            return fetch(only, context)
                    .thenApply(group -> asSingle(
                            context.version() < GROUP_ERROR_FROM ? withErrorInPartitions(only, group) : group,
                            context.version()));
        }
        List<CompletableFuture<OffsetFetchResponseGroup>> groups = new ArrayList<>();
        // What is asked for twice in the same words is answered once: all offsets of a group can be very many.
        new LinkedHashSet<>(request.groups()).forEach(group -> groups.add(fetch(group, context)));
        return Gathering.of(groups).thenApply(all -> new OffsetFetchResponseData().setGroups(all));
    }

    private static CompletableFuture<OffsetFetchResponseGroup> fetch(
            OffsetFetchRequestGroup group, ColdContext context) {
        var groups = context.broker().groups();
        if (group.topics() == null) {
            return groups.committed(member(group), Optional.empty())
                    .thenApply(result -> answerAll(group.groupId(), result, context));
        }
        List<Result<String>> names = new ArrayList<>();
        List<TopicPartition> wanted = new ArrayList<>();
        for (OffsetFetchRequestTopics topic : group.topics()) {
            Result<String> name = nameOf(topic, context);
            names.add(name);
            if (name.isOk()) {
                topic.partitionIndexes().forEach(index -> wanted.add(new TopicPartition(name.get(), index)));
            }
        }
        return groups.committed(member(group), Optional.of(wanted))
                .thenApply(result -> answerWanted(group, result, names));
    }

    /** From version 9 on a member of the consumer protocol says who it is, and is refused if it is out of date. */
    private static MemberRef member(OffsetFetchRequestGroup group) {
        String memberId = group.memberId() == null ? "" : group.memberId();
        return new MemberRef(group.groupId(), group.memberEpoch(), memberId, Optional.empty());
    }

    private static Result<String> nameOf(OffsetFetchRequestTopics topic, ColdContext context) {
        if (context.version() >= BY_ID_FROM) {
            Result<Topic> found = context.broker().topics().find(Ids.fromKafka(topic.topicId()), Operation.DESCRIBE);
            return found.isOk() ? Result.of(found.get().name()) : Result.failed(found.error());
        }
        ErrorCode denied = context.broker().access().check(Operation.DESCRIBE, ResourceType.TOPIC, topic.name());
        return denied == ErrorCode.NONE ? Result.of(topic.name()) : Result.failed(denied);
    }

    private static OffsetFetchResponseGroup answerWanted(
            OffsetFetchRequestGroup group,
            Result<Map<TopicPartition, CommittedOffset>> result,
            List<Result<String>> names) {
        OffsetFetchResponseGroup answer = head(group.groupId(), result.error());
        if (!result.isOk()) {
            return answer;
        }
        for (int i = 0; i < names.size(); i++) {
            OffsetFetchRequestTopics wanted = group.topics().get(i);
            Result<String> name = names.get(i);
            OffsetFetchResponseTopics topic =
                    new OffsetFetchResponseTopics().setName(wanted.name()).setTopicId(wanted.topicId());
            answer.topics().add(topic);
            for (int index : wanted.partitionIndexes()) {
                CommittedOffset offset = name.isOk()
                        ? result.get().getOrDefault(new TopicPartition(name.get(), index), NOTHING)
                        : NOTHING;
                topic.partitions().add(partition(index, offset, name.error()));
            }
        }
        return answer;
    }

    private static OffsetFetchResponseGroup answerAll(
            String groupId, Result<Map<TopicPartition, CommittedOffset>> result, ColdContext context) {
        OffsetFetchResponseGroup answer = head(groupId, result.error());
        if (!result.isOk()) {
            return answer;
        }
        Map<String, OffsetFetchResponseTopics> byName = new LinkedHashMap<>();
        result.get().forEach((key, offset) -> {
            Optional<Topic> topic = context.broker().topics().find(key.topic());
            if (topic.isEmpty() && context.version() >= BY_ID_FROM) {
                return;
            }
            byName.computeIfAbsent(key.topic(), name -> topic(name, topic))
                    .partitions()
                    .add(partition(key.partition(), offset, ErrorCode.NONE));
        });
        answer.topics().addAll(byName.values());
        return answer;
    }

    private static OffsetFetchResponseTopics topic(String name, Optional<Topic> topic) {
        OffsetFetchResponseTopics answer = new OffsetFetchResponseTopics().setName(name);
        topic.ifPresent(found -> answer.setTopicId(Ids.toKafka(found.id())));
        return answer;
    }

    private static OffsetFetchResponseGroup head(String groupId, ErrorCode error) {
        return new OffsetFetchResponseGroup().setGroupId(groupId).setErrorCode(error.kafkaCode());
    }

    private static OffsetFetchResponsePartitions partition(int index, CommittedOffset offset, ErrorCode error) {
        return new OffsetFetchResponsePartitions()
                .setPartitionIndex(index)
                .setCommittedOffset(offset.offset())
                .setCommittedLeaderEpoch(offset.leaderEpoch())
                .setMetadata(offset.metadata())
                .setErrorCode(error.kafkaCode());
    }

    private static OffsetFetchRequestGroup asGroup(OffsetFetchRequestData request) {
        OffsetFetchRequestGroup group = new OffsetFetchRequestGroup().setGroupId(request.groupId());
        List<OffsetFetchRequestTopic> topics = request.topics();
        if (topics == null) {
            return group.setTopics(null);
        }
        topics.forEach(topic -> group.topics()
                .add(new OffsetFetchRequestTopics()
                        .setName(topic.name())
                        .setPartitionIndexes(topic.partitionIndexes())));
        return group;
    }

    /** Version 1 has no other place for an error of the group. */
    private static OffsetFetchResponseGroup withErrorInPartitions(
            OffsetFetchRequestGroup wanted, OffsetFetchResponseGroup group) {
        if (group.errorCode() == ErrorCode.NONE.kafkaCode()) {
            return group;
        }
        for (OffsetFetchRequestTopics topic : wanted.topics()) {
            OffsetFetchResponseTopics failed = new OffsetFetchResponseTopics().setName(topic.name());
            topic.partitionIndexes()
                    .forEach(index -> failed.partitions()
                            .add(partition(index, NOTHING, ErrorCode.NONE).setErrorCode(group.errorCode())));
            group.topics().add(failed);
        }
        return group;
    }

    private static OffsetFetchResponseData asSingle(OffsetFetchResponseGroup group, short version) {
        OffsetFetchResponseData answer = new OffsetFetchResponseData();
        if (version >= GROUP_ERROR_FROM) {
            answer.setErrorCode(group.errorCode());
        }
        for (OffsetFetchResponseTopics topic : group.topics()) {
            OffsetFetchResponseTopic single = new OffsetFetchResponseTopic().setName(topic.name());
            answer.topics().add(single);
            topic.partitions().forEach(partition -> single.partitions().add(asSingle(partition)));
        }
        return answer;
    }

    private static OffsetFetchResponsePartition asSingle(OffsetFetchResponsePartitions partition) {
        return new OffsetFetchResponsePartition()
                .setPartitionIndex(partition.partitionIndex())
                .setCommittedOffset(partition.committedOffset())
                .setCommittedLeaderEpoch(partition.committedLeaderEpoch())
                .setMetadata(partition.metadata())
                .setErrorCode(partition.errorCode());
    }
}
