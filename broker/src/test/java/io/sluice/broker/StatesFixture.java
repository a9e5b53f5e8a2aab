package io.sluice.broker;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRule.Pattern;
import io.sluice.broker.api.AccessRule.Permission;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.AccessRuleFilter.Names;
import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Change;
import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.QuotaAlteration;
import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.UserService.RemoveCredential;
import io.sluice.broker.api.UserService.SetCredential;
import io.sluice.broker.api.UserService.UserChange;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Something of everything that a broker decides and keeps: what is added, changed and removed. {@link #before} is in a
 * checkpoint, {@link #after} in the journal only.
 */
final class StatesFixture {
    static final Resource NODE = new Resource(Kind.BROKER, "1");
    static final Resource CLUSTER = new Resource(Kind.BROKER, "");
    static final Resource TOPIC = new Resource(Kind.TOPIC, "orders");
    static final Resource GROUP = new Resource(Kind.GROUP, "modern");
    static final TopicPartition FIRST = new TopicPartition("orders", 0);
    static final TopicPartition SECOND = new TopicPartition("orders", 1);
    static final CommittedOffset COMMITTED = new CommittedOffset(7, 1, "kept");
    static final String PASSWORD = "of-the-fixture";
    static final byte[] SALT = {1, 2, 3, 4};
    static final AccessRule READING =
            rule(ResourceType.TOPIC, Pattern.LITERAL, "orders", "alice", Operation.READ, Permission.ALLOW);
    static final AccessRule NOT_WRITING =
            rule(ResourceType.TOPIC, Pattern.PREFIXED, "secret-", "*", Operation.WRITE, Permission.DENY);
    static final AccessRule ALTERING = rule(
            ResourceType.CLUSTER,
            Pattern.LITERAL,
            ResourceType.CLUSTER_NAME,
            "carol",
            Operation.ALTER,
            Permission.ALLOW);
    static final QuotaEntity ALICE = QuotaEntity.of(QuotaEntity.Kind.USER, Optional.of("alice"));
    static final QuotaEntity ANY_CLIENT = QuotaEntity.of(QuotaEntity.Kind.CLIENT_ID, Optional.empty());
    static final QuotaEntity ADDRESS = QuotaEntity.of(QuotaEntity.Kind.IP, Optional.of("10.0.0.7"));

    private StatesFixture() {}

    private static AccessRule rule(
            ResourceType type, Pattern pattern, String name, String user, Operation operation, Permission permission) {
        return new AccessRule(type, pattern, name, Principal.user(user), "*", operation, permission);
    }

    static void before(LocalBroker broker) {
        create(broker, "orders");
        create(broker, "gone");
        set(broker, CLUSTER, "log.roll.ms", "7000000");
        set(broker, CLUSTER, "log.index.interval.bytes", "8192");
        set(broker, GROUP, "consumer.session.timeout.ms", "60000");
        change(broker, user("alice", ScramMechanism.SCRAM_SHA_256, 4096));
        change(broker, user("bob", ScramMechanism.SCRAM_SHA_512, 4096));
        broker.accessRules()
                .add(List.of(
                        READING,
                        rule(ResourceType.GROUP, Pattern.LITERAL, "*", "bob", Operation.READ, Permission.ALLOW)))
                .join()
                .get();
        quota(broker, ALICE, QuotaKey.PRODUCER_BYTE_RATE, OptionalDouble.of(1_000));
        quota(broker, ANY_CLIENT, QuotaKey.CONSUMER_BYTE_RATE, OptionalDouble.of(2_000));
        GroupsOfFixture.before(broker);
    }

    static void after(LocalBroker broker) {
        Topic orders = broker.topics().find("orders").orElseThrow();
        broker.topics().addPartitions(orders.id(), 4, false).join().get();
        Topic gone = broker.topics().find("gone").orElseThrow();
        broker.topics().delete(gone.id()).join().get();
        set(broker, TOPIC, "segment.ms", "3000000");
        set(broker, NODE, "message.max.bytes", "2000000");
        set(broker, CLUSTER, "log.retention.bytes", "12345");
        alter(broker, CLUSTER, new Change("log.index.interval.bytes", Action.DELETE, ""));
        change(broker, user("alice", ScramMechanism.SCRAM_SHA_512, 8192));
        change(broker, user("carol", ScramMechanism.SCRAM_SHA_512, 4096));
        change(broker, new RemoveCredential("bob", ScramMechanism.SCRAM_SHA_512));
        broker.accessRules().add(List.of(NOT_WRITING, ALTERING)).join().get();
        broker.accessRules()
                .remove(List.of(new AccessRuleFilter(
                        Optional.of(ResourceType.GROUP),
                        Optional.empty(),
                        Names.ANY,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .join()
                .get();
        quota(broker, ADDRESS, QuotaKey.CONNECTION_CREATION_RATE, OptionalDouble.of(5));
        quota(broker, ALICE, QuotaKey.REQUEST_PERCENTAGE, OptionalDouble.of(50.5));
        quota(broker, ANY_CLIENT, QuotaKey.CONSUMER_BYTE_RATE, OptionalDouble.empty());
        GroupsOfFixture.after(broker);
        long producerId = broker.producerIds().next().join().get();
        commit(broker, "producers", FIRST, new CommittedOffset(producerId, -1, "the newest producer id"));
    }

    private static void create(LocalBroker broker, String name) {
        broker.topics().create(new NewTopic(name, 2, 1, Map.of()), false).join().get();
    }

    private static void set(LocalBroker broker, Resource resource, String name, String value) {
        alter(broker, resource, new Change(name, Action.SET, value));
    }

    private static void alter(LocalBroker broker, Resource resource, Change change) {
        broker.configs().alter(resource, List.of(change), false).join().get();
    }

    private static UserChange user(String name, ScramMechanism mechanism, int iterations) {
        byte[] salted = mechanism.salted(PASSWORD.toCharArray(), SALT, iterations);
        return new SetCredential(name, mechanism, iterations, SALT, salted);
    }

    private static void change(LocalBroker broker, UserChange change) {
        require(broker.users().change(List.of(change)).join().get().equals(List.of(ErrorCode.NONE)), "user");
    }

    private static void quota(LocalBroker broker, QuotaEntity entity, QuotaKey key, OptionalDouble value) {
        QuotaAlteration alteration = new QuotaAlteration(entity, Map.of(key.kafkaName(), value));
        require(
                broker.quotas().alter(List.of(alteration), false).join().stream()
                        .allMatch(Result::isOk),
                "quota");
    }

    /** As somebody who is no member. */
    static void commit(LocalBroker broker, String group, TopicPartition partition, CommittedOffset offset) {
        MemberRef nobody = new MemberRef(group, -1, "", Optional.empty());
        Map<TopicPartition, ErrorCode> committed =
                broker.groups().commit(nobody, Map.of(partition, offset)).join();
        require(committed.equals(Map.of(partition, ErrorCode.NONE)), "commit");
    }

    static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("the fixture's " + what);
        }
    }
}
