package io.sluice.testkit.cluster;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;

/** Asks any cluster that speaks Kafka's protocol, whichever of its nodes run. Owner: one thread. */
public final class ClusterAdmin implements AutoCloseable {
    private static final int ASK_LIMIT_MS = 5_000;
    private static final int CREATE_LIMIT_MS = 120_000;

    private final Admin admin;

    /** Of the cluster with these addresses. */
    public ClusterAdmin(String addresses) {
        admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                addresses,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                200,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                CREATE_LIMIT_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                CREATE_LIMIT_MS));
    }

    /** Creates topics; {@code replicas} -1 for as many as the cluster makes by itself. */
    public void create(List<String> names, int partitions, int replicas, Map<String, String> configs)
            throws ExecutionException, TimeoutException {
        try {
            admin.createTopics(names.stream()
                            .map(name -> new NewTopic(name, partitions, (short) replicas).configs(configs))
                            .toList())
                    .all()
                    .get(CREATE_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Deletes a topic. */
    public void delete(String name) throws ExecutionException, TimeoutException {
        try {
            admin.deleteTopics(List.of(name)).all().get(ASK_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The partitions of a topic as some node tells them. */
    public List<TopicPartitionInfo> partitions(String topic) throws ExecutionException, TimeoutException {
        try {
            TopicDescription description = admin.describeTopics(
                            List.of(topic), new DescribeTopicsOptions().timeoutMs(ASK_LIMIT_MS))
                    .allTopicNames()
                    .get(ASK_LIMIT_MS, TimeUnit.MILLISECONDS)
                    .get(topic);
            return Objects.requireNonNull(description).partitions();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Who leads a partition; empty if nobody does or no node answers. */
    public Optional<Integer> leader(String topic, int partition) {
        try {
            return Optional.ofNullable(partitions(topic).get(partition).leader())
                    .map(node -> node.id());
        } catch (ExecutionException | TimeoutException silent) {
            return Optional.empty();
        }
    }

    /** Numbers of the members as some node tells them. */
    public List<Integer> members() throws ExecutionException, TimeoutException {
        try {
            return admin.describeCluster().nodes().get(ASK_LIMIT_MS, TimeUnit.MILLISECONDS).stream()
                    .map(Node::id)
                    .toList();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Begins to take a node out of the cluster. */
    public void unregister(int nodeId) throws ExecutionException, TimeoutException {
        try {
            admin.unregisterBroker(nodeId).all().get(ASK_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }

    @Override
    public void close() {
        admin.close();
    }
}
