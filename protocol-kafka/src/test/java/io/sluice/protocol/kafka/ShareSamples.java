package io.sluice.protocol.kafka;

import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestPartition;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData.DeleteShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareGroupDescribeRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.protocol.ApiMessage;

/** Requests about a share group and partition 0 of a topic. */
record ShareSamples(String topic, Uuid topicId, String group) {
    static final String MEMBER = "sharer";

    ApiMessage request(KafkaApi api) {
        return switch (api) {
            case SHARE_GROUP_HEARTBEAT -> heartbeat(0);
            case SHARE_GROUP_DESCRIBE -> new ShareGroupDescribeRequestData().setGroupIds(List.of(group));
            case SHARE_FETCH -> fetch(0);
            case SHARE_ACKNOWLEDGE -> acknowledge(1, 0, 0, (byte) 1);
            case DESCRIBE_SHARE_GROUP_OFFSETS -> describeOffsets();
            case ALTER_SHARE_GROUP_OFFSETS -> alterOffsets();
            case DELETE_SHARE_GROUP_OFFSETS ->
                new DeleteShareGroupOffsetsRequestData()
                        .setGroupId(group)
                        .setTopics(List.of(new DeleteShareGroupOffsetsRequestTopic().setTopicName(topic)));
            default -> throw new IllegalArgumentException(api.toString());
        };
    }

    ShareGroupHeartbeatRequestData heartbeat(int epoch) {
        return new ShareGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(MEMBER)
                .setMemberEpoch(epoch)
                .setSubscribedTopicNames(epoch == 0 ? List.of(topic) : null);
    }

    /** Of this epoch of the session; the first names the partition. */
    ShareFetchRequestData fetch(int epoch) {
        ShareFetchRequestData request = new ShareFetchRequestData()
                .setGroupId(group)
                .setMemberId(MEMBER)
                .setShareSessionEpoch(epoch)
                .setMaxWaitMs(0)
                .setMinBytes(1)
                .setMaxRecords(500)
                .setBatchSize(500);
        if (epoch == 0) {
            var named = new ShareFetchRequestData.FetchTopic().setTopicId(topicId);
            named.partitions().add(new ShareFetchRequestData.FetchPartition().setPartitionIndex(0));
            request.topics().add(named);
        }
        return request;
    }

    ShareAcknowledgeRequestData acknowledge(int epoch, long first, long last, byte... types) {
        List<Byte> each = new ArrayList<>();
        for (byte type : types) {
            each.add(type);
        }
        var named = new ShareAcknowledgeRequestData.AcknowledgeTopic().setTopicId(topicId);
        named.partitions()
                .add(new ShareAcknowledgeRequestData.AcknowledgePartition()
                        .setPartitionIndex(0)
                        .setAcknowledgementBatches(List.of(new ShareAcknowledgeRequestData.AcknowledgementBatch()
                                .setFirstOffset(first)
                                .setLastOffset(last)
                                .setAcknowledgeTypes(each))));
        var request = new ShareAcknowledgeRequestData()
                .setGroupId(group)
                .setMemberId(MEMBER)
                .setShareSessionEpoch(epoch);
        request.topics().add(named);
        return request;
    }

    private DescribeShareGroupOffsetsRequestData describeOffsets() {
        return new DescribeShareGroupOffsetsRequestData()
                .setGroups(List.of(new DescribeShareGroupOffsetsRequestGroup()
                        .setGroupId(group)
                        .setTopics(List.of(new DescribeShareGroupOffsetsRequestTopic()
                                .setTopicName(topic)
                                .setPartitions(List.of(0))))));
    }

    private AlterShareGroupOffsetsRequestData alterOffsets() {
        var request = new AlterShareGroupOffsetsRequestData().setGroupId(group);
        request.topics()
                .add(new AlterShareGroupOffsetsRequestTopic()
                        .setTopicName(topic)
                        .setPartitions(List.of(new AlterShareGroupOffsetsRequestPartition()
                                .setPartitionIndex(0)
                                .setStartOffset(0))));
        return request;
    }
}
