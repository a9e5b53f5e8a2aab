package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.cluster.JournalDamage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterPartitionReassignmentsOptions;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;
import org.apache.kafka.common.errors.PreferredLeaderNotAvailableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka's administration asks about nodes: done where it can be, else refused with Kafka's error and a reason. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AdminOfThreeNodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOPIC = "spread";
    private static final int PARTITIONS = 3;
    private static final long SEED = 7;

    /** Opened by the start itself, and when the metadata names it. */
    private static final int METADATA_SHARD = 0;

    private static final int ADDED_SHARD = 4;

    private final RunningNodes nodes;
    private final Admin admin;

    AdminOfThreeNodesTest(@TempDir Path folder) throws Exception {
        nodes = new RunningNodes(folder, Map.of());
        nodes.start(1);
        nodes.start(2);
        nodes.start(3);
        nodes.awaitSettled(1, 3);
        admin = Admin.create(Map.of("bootstrap.servers", nodes.addresses()));
        admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) -1)))
                .all()
                .get();
    }

    @AfterAll
    void stop() {
        admin.close(Duration.ZERO);
        nodes.close();
    }

    /** Once whichever node is asked knows as many. */
    private List<TopicPartitionInfo> partitions(String topic, int count) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> Objects.requireNonNull(admin.describeTopics(List.of(topic))
                                        .allTopicNames()
                                        .get()
                                        .get(topic))
                                .partitions(),
                        known -> known.size() == count);
    }

    private static List<Integer> ids(List<Node> all) {
        return all.stream().map(Node::id).toList();
    }

    /** Of a partition: the node that shall lead it first. */
    private List<Integer> replicas(int partition) {
        return ids(partitions(TOPIC, PARTITIONS).get(partition).replicas());
    }

    private static List<Integer> reversed(List<Integer> replicas) {
        return new ArrayList<>(replicas).reversed();
    }

    private static Throwable failure(KafkaFuture<?> future) {
        return Objects.requireNonNull(catchThrowable(future::get).getCause());
    }

    private Throwable creationFails(Map<Integer, List<Integer>> assignments) {
        return failure(admin.createTopics(List.of(new NewTopic("refused", assignments)))
                .all());
    }

    @Test
    void aTopicLiesWhereItIsAssignedIfAShardDoes() throws Exception {
        List<Integer> one = replicas(0);
        List<Integer> other = replicas(1);
        assertThat(one.getFirst()).isNotEqualTo(other.getFirst());
        NewTopic assigned = new NewTopic("assigned", Map.of(0, other, 1, one, 2, other));
        admin.createTopics(List.of(assigned), new CreateTopicsOptions().validateOnly(true))
                .all()
                .get();
        assertThat(admin.listTopics().names().get()).doesNotContain("assigned");
        admin.createTopics(List.of(assigned)).all().get();
        admin.createPartitions(Map.of("assigned", NewPartitions.increaseTo(5, List.of(one, other))))
                .all()
                .get();

        List<TopicPartitionInfo> partitions = partitions("assigned", 5);
        assertThat(partitions)
                .extracting(partition -> partition.replicas().getFirst().id())
                .containsExactly(other.getFirst(), one.getFirst(), other.getFirst(), one.getFirst(), other.getFirst());
        assertThat(partitions)
                .allSatisfy(partition -> assertThat(ids(partition.replicas())).containsExactlyInAnyOrder(1, 2, 3));
    }

    @Test
    void anAssignmentToNodesThatKeepNoShardTogetherIsRefused() throws Exception {
        assertThat(creationFails(Map.of(0, List.of(1, 2))))
                .isInstanceOf(InvalidReplicaAssignmentException.class)
                .hasMessageContaining("Partitions lie where one of the shards does");
        assertThat(creationFails(Map.of(0, List.of(1, 2, 2)))).hasMessageContaining("the broker 2 more than once");
        assertThat(creationFails(Map.of(0, List.of(1, 2, 9))))
                .hasMessageContaining("broker 9, but no such broker is registered");
        assertThat(failure(admin.createTopics(List.of(new NewTopic("refused", 1, (short) 2)))
                        .all()))
                .isInstanceOf(InvalidReplicationFactorException.class);
        assertThat(failure(admin.createPartitions(Map.of(TOPIC, NewPartitions.increaseTo(4, List.of(List.of(1, 2)))))
                        .all()))
                .isInstanceOf(InvalidReplicaAssignmentException.class);
        assertThat(failure(admin.createPartitions(Map.of(TOPIC, NewPartitions.increaseTo(5, List.of(replicas(0)))))
                        .all()))
                .isInstanceOf(InvalidReplicaAssignmentException.class)
                .hasMessageContaining("only 1 assignment(s) were specified");
        assertThat(partitions(TOPIC, PARTITIONS)).hasSize(PARTITIONS);
        assertThat(admin.listTopics().names().get()).doesNotContain("refused");
    }

    private KafkaFuture<Void> reassign(int partition, List<Integer> wanted, boolean mayChangeCount) {
        return admin.alterPartitionReassignments(
                        Map.of(new TopicPartition(TOPIC, partition), Optional.of(new NewPartitionReassignment(wanted))),
                        new AlterPartitionReassignmentsOptions().allowReplicationFactorChange(mayChangeCount))
                .all();
    }

    @Test
    void aReassignmentThatChangesNothingIsDoneAndOthersAreRefused() throws Exception {
        List<Integer> here = replicas(0);
        reassign(0, here, false).get();

        assertThat(failure(reassign(0, here.subList(0, 2), false)))
                .isInstanceOf(InvalidReplicationFactorException.class)
                .hasMessage("The replication factor is changed from 3 to 2");
        assertThat(failure(reassign(0, here.subList(0, 2), true)))
                .isInstanceOf(InvalidReplicaAssignmentException.class)
                .hasMessageContaining("Partitions lie where one of the shards does");
        assertThat(failure(reassign(0, List.of(1, 2, 9), true)))
                .isInstanceOf(InvalidReplicaAssignmentException.class)
                .hasMessageContaining("no such broker is registered");
        assertThat(failure(reassign(PARTITIONS, here, true))).isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThat(failure(admin.alterPartitionReassignments(
                                Map.of(new TopicPartition(TOPIC, 0), Optional.<NewPartitionReassignment>empty()))
                        .all()))
                .isInstanceOf(NoReassignmentInProgressException.class);
        assertThat(admin.listPartitionReassignments().reassignments().get()).isEmpty();
        assertThat(replicas(0)).isEqualTo(here);
    }

    @Test
    void aReassignmentToTheNodesOfAnotherShardMovesThePartition() throws Exception {
        List<Integer> here = replicas(0);
        List<Integer> there = replicas(partitionOf(reversed(here).getFirst()));

        reassign(0, there, false).get();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> replicas(0).getFirst().equals(there.getFirst())
                        && admin.listPartitionReassignments()
                                .reassignments()
                                .get()
                                .isEmpty());

        reassign(0, here, false).get();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> replicas(0).equals(here)
                        && admin.listPartitionReassignments()
                                .reassignments()
                                .get()
                                .isEmpty());
    }

    private Throwable notElected(ElectionType type, TopicPartition partition) throws Exception {
        return elect(type, partition).orElseThrow();
    }

    /** Why not; empty if another node leads now. */
    private Optional<Throwable> elect(ElectionType type, TopicPartition partition) throws Exception {
        return Objects.requireNonNull(
                admin.electLeaders(type, Set.of(partition)).partitions().get().get(partition));
    }

    private void awaitRefusal(ElectionType type, TopicPartition partition, Class<? extends Throwable> reason) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(notElected(type, partition)).isInstanceOf(reason));
    }

    @Test
    void thePreferredLeaderIsElectedWhenItIsThereAgain() throws Exception {
        int moved = 2;
        TopicPartition partition = new TopicPartition(TOPIC, partitionOf(moved));
        awaitRefusal(ElectionType.PREFERRED, partition, ElectionNotNeededException.class);
        assertThat(notElected(ElectionType.PREFERRED, new TopicPartition("nowhere", 0)))
                .isInstanceOf(UnknownTopicOrPartitionException.class);

        nodes.stop(moved);
        awaitRefusal(ElectionType.PREFERRED, partition, PreferredLeaderNotAvailableException.class);
        awaitRefusal(ElectionType.UNCLEAN, partition, ElectionNotNeededException.class);
        awaitFenced(List.of(moved));

        nodes.restart(moved);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> elect(ElectionType.PREFERRED, partition)
                        .filter(reason -> !(reason instanceof ElectionNotNeededException))
                        .isEmpty());
        await().atMost(PATIENCE)
                .until(() -> partitions(TOPIC, PARTITIONS)
                                .get(partition.partition())
                                .leader()
                                .id()
                        == moved);
        awaitFenced(List.of());
    }

    private int partitionOf(int preferred) {
        return partitions(TOPIC, PARTITIONS).stream()
                .filter(each -> each.replicas().getFirst().id() == preferred)
                .findFirst()
                .orElseThrow()
                .partition();
    }

    /** All three are members all the time; which of them are away is told to who asks for it. */
    private void awaitFenced(List<Integer> expected) {
        DescribeClusterOptions all = new DescribeClusterOptions().includeFencedBrokers(true);
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            var described = admin.describeCluster(all).nodes().get();
            assertThat(described).extracting(Node::id).containsExactlyInAnyOrder(1, 2, 3);
            assertThat(described.stream().filter(Node::isFenced).map(Node::id).toList())
                    .isEqualTo(expected);
        });
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aNodeWhoseJournalIsDamagedIsUnregisteredAndJoinsAnew() throws Exception {
        assertThat(failure(admin.unregisterBroker(9).all())).isInstanceOf(BrokerIdNotRegisteredException.class);
        int damaged = 3;
        nodes.stop(damaged);
        repairsItself(damaged, METADATA_SHARD);
        repairsItself(damaged, ADDED_SHARD);

        admin.unregisterBroker(damaged).all().get();
        awaitMembers(1, 2);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(partitions(TOPIC, PARTITIONS))
                        .allSatisfy(partition ->
                                assertThat(ids(partition.replicas())).containsExactlyInAnyOrder(1, 2)));
        assertThat(failure(admin.unregisterBroker(damaged).all())).isInstanceOf(BrokerIdNotRegisteredException.class);

        nodes.startEmpty(damaged);
        awaitMembers(1, 2, 3);
        nodes.awaitSettled(1, 3);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() ->
                        admin.listPartitionReassignments().reassignments().get().isEmpty());
        assertThat(replicas(0)).containsExactlyInAnyOrder(1, 2, 3);
    }

    /** What each node keeps the others have, too; without a word of anybody. */
    private void repairsItself(int id, int shard) {
        String where = JournalDamage.inHeader(nodes.directory(id), shard, new Random(SEED));
        nodes.restart(id);
        nodes.awaitSettled(1, 3);
        nodes.awaitReady(id);
        nodes.stop(id);

        Path kept = nodes.directory(id).resolve("shard-" + shard);
        assertThat(kept.resolve("journal.damaged-1")).as("damaged in %s", where).isDirectory();
        assertThat(kept.resolve("quarantine")).doesNotExist();
    }

    private void awaitMembers(Integer... expected) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(admin.describeCluster().nodes().get())
                        .extracting(Node::id)
                        .containsExactlyInAnyOrder(expected));
    }
}
