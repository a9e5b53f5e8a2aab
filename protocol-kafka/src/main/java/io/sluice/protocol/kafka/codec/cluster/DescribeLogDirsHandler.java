package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.ClusterService.LogDirectory;
import io.sluice.broker.api.ClusterService.StoredTopic;
import io.sluice.broker.api.Result;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;

/**
 * DescribeLogDirs: what lies where and how much room there is (KIP-113, KIP-827). Partitions that are not here are left
 * out; who may describe the cluster sees those of all topics.
 */
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
                () -> describe(request, context.broker().cluster()),
                context.door().blocking());
    }

    private static DescribeLogDirsResponseData describe(DescribeLogDirsRequestData request, ClusterService cluster) {
        DescribeLogDirsResponseData answer = new DescribeLogDirsResponseData();
        Result<List<LogDirectory>> directories = cluster.logDirectories();
        if (!directories.isOk()) {
            return answer.setErrorCode(directories.error().kafkaCode());
        }
        Optional<Map<String, Set<Integer>>> wanted = wanted(request);
        Result<List<StoredTopic>> stored = cluster.storedTopics(wanted.map(Map::keySet));
        if (!stored.isOk()) {
            return answer.setErrorCode(stored.error().kafkaCode());
        }
        List<DescribeLogDirsTopic> topics = stored.get().stream()
                .map(topic -> topic(topic, wanted.map(each -> each.getOrDefault(topic.name(), Set.of()))))
                .filter(topic -> !topic.partitions().isEmpty())
                .toList();
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

    /** Partitions by topic; empty if all are wanted. */
    private static Optional<Map<String, Set<Integer>>> wanted(DescribeLogDirsRequestData request) {
        if (request.topics() == null) {
            return Optional.empty();
        }
        Map<String, Set<Integer>> wanted = new LinkedHashMap<>();
        for (DescribableLogDirTopic topic : request.topics()) {
            wanted.computeIfAbsent(topic.topic(), name -> new HashSet<>()).addAll(topic.partitions());
        }
        return Optional.of(wanted);
    }

    private static DescribeLogDirsTopic topic(StoredTopic topic, Optional<Set<Integer>> wanted) {
        DescribeLogDirsTopic described = new DescribeLogDirsTopic().setName(topic.name());
        for (int index = 0; index < topic.partitionBytes().size(); index++) {
            if (wanted.isEmpty() || wanted.get().contains(index)) {
                described
                        .partitions()
                        .add(new DescribeLogDirsPartition()
                                .setPartitionIndex(index)
                                .setPartitionSize(topic.partitionBytes().get(index)));
            }
        }
        return described;
    }
}
