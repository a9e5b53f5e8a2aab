package io.sluice.it.client;

import static io.sluice.it.client.AdminAnswers.failure;
import static io.sluice.it.client.AdminAnswers.get;
import static io.sluice.it.client.AdminAnswers.require;

import java.lang.reflect.InvocationTargetException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * What administers, by calls that every version from 2.8 to 4.4 has; {@link #recent} has those that came later. Fails with
 * {@link IllegalStateException} that says what was wrong.
 */
final class AdminCalls {

    private final Admin admin;
    private final String topic;
    private final ConfigResource topicConfig;
    private final ConfigResource brokerConfig = new ConfigResource(ConfigResource.Type.BROKER, "1");
    private final ConfigResource clusterConfig = new ConfigResource(ConfigResource.Type.BROKER, "");

    AdminCalls(Admin admin, String topic) {
        this.admin = admin;
        this.topic = topic;
        this.topicConfig = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    /** For a topic of three partitions with ten records in the first. */
    void all() throws ExecutionException, InterruptedException, TimeoutException {
        partitionsAndRecords();
        topicConfigs();
        brokerConfigs();
        loggers();
        placement();
    }

    private void partitionsAndRecords() throws ExecutionException, InterruptedException, TimeoutException {
        get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all());
        require(
                failure(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5)))
                                .all())
                        .equals("InvalidPartitionsException: Topic already has 5 partition(s)."),
                "the sentence of a creation that is no increase");
        TopicPartition first = new TopicPartition(topic, 0);
        long lowWatermark = get(admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(4)))
                        .lowWatermarks()
                        .get(first))
                .lowWatermark();
        require(lowWatermark == 4, "low watermark " + lowWatermark);
        require(
                failure(admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(11)))
                                .all())
                        .startsWith("OffsetOutOfRangeException"),
                "records behind the end");
    }

    private void topicConfigs() throws ExecutionException, InterruptedException, TimeoutException {
        change(topicConfig, "segment.ms", "1000", OpType.SET);
        ConfigEntry changed = config(topicConfig).get("segment.ms");
        require(changed.value().equals("1000"), "segment.ms " + changed);
        require(changed.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG, "source " + changed);
        change(topicConfig, "segment.ms", "", OpType.DELETE);
        require(config(topicConfig).get("segment.ms").isDefault(), "default after deletion");
        change(topicConfig, "cleanup.policy", "delete", OpType.APPEND);
        require(
                failure(alter(topicConfig, "retention.mss", "1", OpType.SET))
                        .equals("InvalidConfigurationException: Unknown topic config name: retention.mss"),
                "the sentence of an unknown name");
        require(
                failure(alter(topicConfig, "sluice.durability", "memory", OpType.SET))
                        .startsWith("InvalidConfigurationException"),
                "the durability of a topic");
        require(
                failure(alter(new ConfigResource(ConfigResource.Type.TOPIC, "none"), "retention.ms", "1", OpType.SET))
                        .startsWith("UnknownTopicOrPartitionException"),
                "an unknown topic");
    }

    private void brokerConfigs() throws ExecutionException, InterruptedException, TimeoutException {
        change(clusterConfig, "log.roll.ms", "5000000", OpType.SET);
        change(brokerConfig, "log.roll.ms", "6000000", OpType.SET);
        ConfigEntry ofBroker = config(brokerConfig).get("log.roll.ms");
        require(ofBroker.source() == ConfigEntry.ConfigSource.DYNAMIC_BROKER_CONFIG, "source " + ofBroker);
        require(config(topicConfig).get("segment.ms").value().equals("6000000"), "the broker's value for its topics");
        change(brokerConfig, "log.roll.ms", "", OpType.DELETE);
        ConfigEntry ofCluster = config(topicConfig).get("segment.ms");
        require(ofCluster.source() == ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG, "source " + ofCluster);
        change(clusterConfig, "log.roll.ms", "", OpType.DELETE);
        require(
                failure(alter(brokerConfig, "num.partitions", "2", OpType.SET))
                        .equals("InvalidRequestException: Cannot update these configs dynamically: [num.partitions]"),
                "the sentence of a configuration that is read-only");
    }

    private void loggers() throws ExecutionException, InterruptedException, TimeoutException {
        ConfigResource loggers = new ConfigResource(ConfigResource.Type.BROKER_LOGGER, "1");
        ConfigEntry root = config(loggers).get("root");
        require(root.source() == ConfigEntry.ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG, "source " + root);
        change(loggers, "root", "WARN", OpType.SET);
        require(config(loggers).get("root").value().equals("WARN"), "the level that was set");
        change(loggers, "root", root.value(), OpType.SET);
        require(
                failure(alter(loggers, "no.such.logger", "WARN", OpType.SET))
                        .equals("InvalidConfigurationException: Logger no.such.logger does not exist!"),
                "an unknown logger");
        require(
                failure(alter(loggers, "root", "WARN", OpType.APPEND)).startsWith("InvalidRequestException"),
                "a level is no list");
    }

    private void placement() throws ExecutionException, InterruptedException, TimeoutException {
        TopicPartition first = new TopicPartition(topic, 0);
        require(
                failure(admin.electLeaders(ElectionType.PREFERRED, Set.of(first))
                                .partitions()
                                .thenApply(each -> each.get(first).orElseThrow().getClass()))
                        .isEmpty(),
                "an election that is not needed");
        get(admin.electLeaders(ElectionType.PREFERRED, null).all());
        get(admin.alterPartitionReassignments(Map.of(first, Optional.of(new NewPartitionReassignment(List.of(1)))))
                .all());
        require(
                failure(admin.alterPartitionReassignments(
                                        Map.of(first, Optional.of(new NewPartitionReassignment(List.of(2)))))
                                .all())
                        .startsWith("InvalidReplicaAssignmentException"),
                "a node that is not there");
        require(
                failure(admin.alterPartitionReassignments(Map.of(first, Optional.empty()))
                                .all())
                        .startsWith("NoReassignmentInProgressException"),
                "nothing to take back");
        require(get(admin.listPartitionReassignments().reassignments()).isEmpty(), "nothing moves");
        require(
                get(admin.describeLogDirs(List.of(1)).descriptions().get(1)).values().stream()
                        .anyMatch(directory -> directory.replicaInfos().containsKey(first)),
                "the directory of the partition");
        require(
                get(admin.describeFeatures().featureMetadata())
                        .finalizedFeatures()
                        .containsKey("metadata.version"),
                "features");
    }

    /** AlterConfigs as clients before 4.0 have it: what is not named goes. */
    void replaceConfigs() throws ExecutionException, InterruptedException, TimeoutException {
        change(topicConfig, "max.message.bytes", "2000", OpType.SET);
        Map<ConfigResource, Config> wanted =
                Map.of(topicConfig, new Config(List.of(new ConfigEntry("segment.ms", "7000"))));
        try {
            Object result = Admin.class.getMethod("alterConfigs", Map.class).invoke(admin, wanted);
            get((Future<?>) result.getClass().getMethod("all").invoke(result));
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("alterConfigs", e);
        }
        require(config(topicConfig).get("segment.ms").value().equals("7000"), "what was named");
        require(config(topicConfig).get("max.message.bytes").isDefault(), "what was not named");
    }

    /** What came after 2.8: what AKHQ and Kafbat UI ask besides. */
    void recent() throws ExecutionException, InterruptedException, TimeoutException {
        TopicPartition first = new TopicPartition(topic, 0);
        require(
                get(admin.describeProducers(List.of(first)).all())
                                .get(first)
                                .activeProducers()
                                .size()
                        == 1,
                "the producer of the records");
        require(get(admin.describeMetadataQuorum().quorumInfo()).leaderId() == 1, "the leader of the metadata");
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, topic + "-group");
        change(group, "consumer.session.timeout.ms", "50000", OpType.SET);
        require(
                config(group).get("consumer.session.timeout.ms").source()
                        == ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG,
                "source of a group's configuration");
        require(
                get(admin.listConfigResources(Set.of(ConfigResource.Type.GROUP), new ListConfigResourcesOptions())
                                .all())
                        .contains(group),
                "groups with configurations");
        require(
                get(admin.describeTopics(List.of(topic)).allTopicNames())
                                .get(topic)
                                .partitions()
                                .size()
                        == 5,
                "partitions of the topic");
    }

    /** What AKHQ and Kafbat UI ask to draw their pages. */
    void screens() throws ExecutionException, InterruptedException, TimeoutException {
        require(
                get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names())
                        .contains(topic),
                "the list of topics");
        DescribeClusterResult cluster =
                admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true));
        require(get(cluster.nodes()).size() == 1 && get(cluster.controller()).id() == 1, "the nodes");
        require(!get(cluster.clusterId()).isEmpty(), "the cluster's id");
        require(!get(cluster.authorizedOperations()).isEmpty(), "what one may do");
        DescribeConfigsOptions everything =
                new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true);
        for (ConfigEntry entry : get(admin.describeConfigs(List.of(brokerConfig), everything)
                        .all())
                .get(brokerConfig)
                .entries()) {
            require(!entry.documentation().isEmpty() && !entry.synonyms().isEmpty(), "documentation of " + entry);
            require(entry.type() != ConfigEntry.ConfigType.UNKNOWN, "type of " + entry);
        }
        TopicPartition first = new TopicPartition(topic, 0);
        require(offset(first, OffsetSpec.earliest()) == 4, "earliest offset");
        require(offset(first, OffsetSpec.latest()) == 10, "latest offset");
        require(offset(first, OffsetSpec.maxTimestamp()) == 9, "offset of the largest timestamp");
        get(admin.listGroups().all());
        get(admin.deleteTopics(List.of(topic)).all());
        require(!get(admin.listTopics().names()).contains(topic), "the deleted topic");
    }

    private long offset(TopicPartition partition, OffsetSpec spec)
            throws ExecutionException, InterruptedException, TimeoutException {
        return get(admin.listOffsets(Map.of(partition, spec)).all())
                .get(partition)
                .offset();
    }

    private Config config(ConfigResource resource) throws ExecutionException, InterruptedException, TimeoutException {
        return get(admin.describeConfigs(List.of(resource)).all()).get(resource);
    }

    private void change(ConfigResource resource, String name, String value, OpType type)
            throws ExecutionException, InterruptedException, TimeoutException {
        get(alter(resource, name, value, type));
    }

    private Future<Void> alter(ConfigResource resource, String name, String value, OpType type) {
        Collection<AlterConfigOp> change = List.of(new AlterConfigOp(new ConfigEntry(name, value), type));
        return admin.incrementalAlterConfigs(Map.of(resource, change)).all();
    }
}
