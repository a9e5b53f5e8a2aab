package io.sluice.it.client;

import static io.sluice.it.client.AdminAnswers.LIMIT_SECONDS;
import static io.sluice.it.client.AdminAnswers.failure;
import static io.sluice.it.client.AdminAnswers.get;
import static io.sluice.it.client.AdminAnswers.require;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What AKHQ and Kafbat UI ask about groups, rules and quotas, by calls that every version from 2.8 to 4.4 has; with those
 * of {@link AdminCalls} these are all that they ask. Fails with {@link IllegalStateException} that says what was wrong.
 */
final class ScreenCalls {

    private final Admin admin;
    private final String topic;
    private final String group;
    private final Map<String, Object> consumerSettings;

    ScreenCalls(Admin admin, String topic, Map<String, Object> consumerSettings) {
        this.admin = admin;
        this.topic = topic;
        this.group = topic + "-group";
        this.consumerSettings = new HashMap<>(consumerSettings);
    }

    void all() throws ExecutionException, InterruptedException, TimeoutException {
        groupWithAMember();
        groupWithoutMembers();
        staticMemberIsRemoved();
        rulesAreNotEnforced();
        require(get(admin.describeClientQuotas(ClientQuotaFilter.all()).entities()) != null, "quotas");
        require(
                failure(admin.alterReplicaLogDirs(Map.of(new TopicPartitionReplica(topic, 0, 1), "/elsewhere"))
                                .all())
                        .startsWith("UnsupportedVersionException"),
                "what is not built is not announced");
    }

    private KafkaConsumer<byte[], byte[]> consumer(String instanceId) {
        Map<String, Object> settings = new HashMap<>(consumerSettings);
        settings.put("group.id", group);
        if (!instanceId.isEmpty()) {
            settings.put("group.instance.id", instanceId);
        }
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
        consumer.subscribe(List.of(topic));
        for (int round = 0; round < LIMIT_SECONDS * 5 && consumer.assignment().isEmpty(); round++) {
            consumer.poll(Duration.ofMillis(200));
        }
        return consumer;
    }

    private void groupWithAMember() throws ExecutionException, InterruptedException, TimeoutException {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("")) {
            consumer.commitSync(Map.of(partition(0), new OffsetAndMetadata(3, "by a member")));
            ConsumerGroupDescription described = described();
            require(isIn("Stable", described), "state " + described);
            require(described.members().size() == 1, "members " + described);
            require(
                    described
                            .members()
                            .iterator()
                            .next()
                            .assignment()
                            .topicPartitions()
                            .equals(Set.of(partition(0), partition(1))),
                    "assignment " + described);
            require(
                    !described.isSimpleConsumerGroup()
                            && described.coordinator().id() == 1,
                    "group " + described);
            require(listed(), "list of groups");
            require(committed().equals(Map.of(partition(0), new OffsetAndMetadata(3, "by a member"))), "offsets");
            require(
                    failure(admin.deleteConsumerGroupOffsets(group, Set.of(partition(0)))
                                    .all())
                            .startsWith("GroupSubscribedToTopicException"),
                    "offsets that a member uses");
            require(
                    failure(admin.deleteConsumerGroups(List.of(group)).all()).startsWith("GroupNotEmptyException"),
                    "a group with a member");
        }
    }

    private void groupWithoutMembers() throws ExecutionException, InterruptedException, TimeoutException {
        require(isIn("Empty", described()), "state of a group that all left");
        get(admin.alterConsumerGroupOffsets(
                        group, Map.of(partition(0), new OffsetAndMetadata(1), partition(1), new OffsetAndMetadata(2)))
                .all());
        get(admin.deleteConsumerGroupOffsets(group, Set.of(partition(1))).all());
        require(committed().keySet().equals(Set.of(partition(0))), "offsets that are left");
        get(admin.deleteConsumerGroups(List.of(group)).all());
        require(!listed(), "the deleted group");
    }

    private void staticMemberIsRemoved() throws ExecutionException, InterruptedException, TimeoutException {
        KafkaConsumer<byte[], byte[]> away = consumer("fixed");
        away.close();
        require(described().members().size() == 1, "a static member stays");
        get(admin.removeMembersFromConsumerGroup(
                        group, new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("fixed"))))
                .all());
        require(described().members().isEmpty(), "the removed member");
    }

    /** A fresh broker has no authorizer, and says so as Kafka does. */
    private void rulesAreNotEnforced() throws InterruptedException, TimeoutException {
        AclBinding rule = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW));
        String answer = "SecurityDisabledException: No Authorizer is configured.";
        require(failure(admin.describeAcls(AclBindingFilter.ANY).values()).equals(answer), "the sentence about rules");
        require(failure(admin.createAcls(List.of(rule)).all()).startsWith("SecurityDisabledException"), "a new rule");
        require(
                failure(admin.deleteAcls(List.of(rule.toFilter())).all()).startsWith("SecurityDisabledException"),
                "a rule to remove");
    }

    private ConsumerGroupDescription described() throws ExecutionException, InterruptedException, TimeoutException {
        return get(admin.describeConsumerGroups(List.of(group)).all()).get(group);
    }

    /** Its accessor has another name in later versions. */
    private static boolean isIn(String state, ConsumerGroupDescription described) {
        return described.toString().contains("tate=" + state);
    }

    /** By every call that the version has for it. */
    private boolean listed() throws ExecutionException, InterruptedException, TimeoutException {
        Set<Boolean> answers = new HashSet<>();
        for (Method method : Admin.class.getMethods()) {
            boolean isList = Set.of("listGroups", "listConsumerGroups").contains(method.getName());
            if (isList && method.getParameterCount() == 0) {
                answers.add(get(all(method)).toString().contains("groupId='" + group + "'"));
            }
        }
        require(answers.size() == 1, "lists of groups agree");
        return answers.contains(true);
    }

    private Future<?> all(Method method) {
        try {
            Object result = method.invoke(admin);
            return (Future<?>) result.getClass().getMethod("all").invoke(result);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(method.getName(), e);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed()
            throws ExecutionException, InterruptedException, TimeoutException {
        return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }
}
