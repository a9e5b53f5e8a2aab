package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.ClusterService.LogDirectory;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;

/** DescribeLogDirs: what lies where and how much room there is (KIP-113, KIP-827). Partitions that are not here are left out. */
final class DescribeLogDirsHandler implements ColdHandler<DescribeLogDirsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_LOG_DIRS;
    }

    @Override
    public DescribeLogDirsRequestData newRequest() {
        return new DescribeLogDirsRequestData();
    }

    @Override
    public CompletableFuture<DescribeLogDirsResponseData> handle(
            DescribeLogDirsRequestData request, ColdContext context) {
        return CompletableFuture.supplyAsync(
                () -> describe(request, context.broker()), context.door().blocking());
    }

    private static DescribeLogDirsResponseData describe(DescribeLogDirsRequestData request, Broker broker) {
        DescribeLogDirsResponseData answer = new DescribeLogDirsResponseData();
        Result<List<LogDirectory>> directories = broker.cluster().logDirectories();
        if (!directories.isOk()) {
            return answer.setErrorCode(directories.error().kafkaCode());
        }
        List<DescribeLogDirsTopic> topics = topics(request, broker);
        for (LogDirectory directory : directories.get()) {
            answer.results()
                    .add(new DescribeLogDirsResult()
                            .setLogDir(directory.path())
                            .setTopics(topics)
                            .setTotalBytes(directory.totalBytes())
                            .setUsableBytes(directory.usableBytes()));
        }
        return answer;
    }

    private static List<DescribeLogDirsTopic> topics(DescribeLogDirsRequestData request, Broker broker) {
        List<DescribeLogDirsTopic> topics = new ArrayList<>();
        if (request.topics() == null) {
            for (Topic topic : broker.topics().all()) {
                topics.add(topic(
                        topic,
                        IntStream.range(0, topic.partitionCount()).boxed().toList()));
            }
            return topics;
        }
        for (DescribableLogDirTopic wanted : request.topics()) {
            broker.topics().find(wanted.topic()).ifPresent(topic -> topics.add(topic(topic, wanted.partitions())));
        }
        return topics;
    }

    private static DescribeLogDirsTopic topic(Topic topic, List<Integer> partitions) {
        DescribeLogDirsTopic described = new DescribeLogDirsTopic().setName(topic.name());
        for (int index : partitions) {
            if (index >= 0 && index < topic.partitionCount()) {
                described
                        .partitions()
                        .add(new DescribeLogDirsPartition()
                                .setPartitionIndex(index)
                                .setPartitionSize(topic.partition(index).sizeBytes()));
            }
        }
        return described;
    }
}
