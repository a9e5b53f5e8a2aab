package io.sluice.broker;

import static io.sluice.broker.StatesFixture.COMMITTED;
import static io.sluice.broker.StatesFixture.FIRST;
import static io.sluice.broker.StatesFixture.SECOND;
import static io.sluice.broker.StatesFixture.commit;
import static io.sluice.broker.StatesFixture.require;

import io.sluice.broker.api.ConsumerGroupDescription.State;
import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeat.TopicPartitions;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinRequest;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.api.GroupService.SyncRequest;
import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Groups of {@link StatesFixture}: classic, of the consumer protocol, with members of both, and without members. */
final class GroupsOfFixture {
    private static final int LONG_MS = 1_800_000;

    private GroupsOfFixture() {}

    static void before(LocalBroker broker) {
        Classic first = new Classic(broker, "classic", "first", Optional.of("one"));
        Classic second = new Classic(broker, "classic", "second", Optional.empty());
        first.await(first.join());
        require(first.sync(Map.of(first.memberId, assignment(0, 1))).error() == ErrorCode.NONE, "first generation");
        CompletableFuture<JoinAnswer> joining = second.join();
        first.await(first.join());
        second.await(joining);
        first.sync(Map.of(first.memberId, assignment(0), second.memberId, assignment(1)));
        require(second.sync(Map.of()).error() == ErrorCode.NONE, "second generation");
        require(
                broker.groups()
                        .commit(second.ref(), Map.of(SECOND, COMMITTED))
                        .join()
                        .equals(Map.of(SECOND, ErrorCode.NONE)),
                "commit of a member");
        Modern named = new Modern(broker, "modern", "named", Optional.empty());
        named.topics = List.of("orders");
        Modern matching = new Modern(broker, "modern", "matching", Optional.of("two"));
        matching.regex = "ord.*";
        settle(broker, "modern", named, matching);
        commit(broker, "deleted", FIRST, COMMITTED);
        commit(broker, "simple", FIRST, COMMITTED);
        commit(broker, "simple", SECOND, COMMITTED);
    }

    static void after(LocalBroker broker) {
        Modern third = new Modern(broker, "modern", "third", Optional.empty());
        third.topics = List.of("orders");
        third.beat();
        Modern young = new Modern(broker, "mixed", "young", Optional.empty());
        young.topics = List.of("orders");
        young.beat();
        Classic old = new Classic(broker, "mixed", "old", Optional.of("three"));
        old.await(old.join());
        require(old.sync(Map.of()).error() == ErrorCode.NONE, "classic member of a consumer group");
        require(broker.groups().delete("deleted").join() == ErrorCode.NONE, "deleted group");
        require(broker.groups().deleteOffsets("simple", List.of(FIRST)).join().isOk(), "deleted offset");
    }

    private static void settle(LocalBroker broker, String group, Modern... members) {
        for (int round = 0; round < 20; round++) {
            for (Modern member : members) {
                member.beat();
            }
        }
        require(broker.groups().describeConsumerGroup(group).join().get().state() == State.STABLE, group);
    }

    private static byte[] subscription() {
        byte[] topic = "orders".getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + Integer.BYTES + Short.BYTES + topic.length + Integer.BYTES)
                .putShort((short) 0)
                .putInt(1)
                .putShort((short) topic.length)
                .put(topic)
                .putInt(-1)
                .array();
    }

    static byte[] assignment(int... partitions) {
        byte[] topic = "orders".getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(
                Short.BYTES + Integer.BYTES + Short.BYTES + topic.length + Integer.BYTES * (2 + partitions.length));
        out.putShort((short) 0).putInt(1).putShort((short) topic.length).put(topic);
        out.putInt(partitions.length);
        for (int partition : partitions) {
            out.putInt(partition);
        }
        return out.putInt(-1).array();
    }

    /** A member that speaks the classic protocol. */
    private static final class Classic {
        private final LocalBroker broker;
        private final String group;
        private final String name;
        private final Optional<String> instanceId;
        private String memberId = "";
        private int generation = -1;

        Classic(LocalBroker broker, String group, String name, Optional<String> instanceId) {
            this.broker = broker;
            this.group = group;
            this.name = name;
            this.instanceId = instanceId;
        }

        CompletableFuture<JoinAnswer> join() {
            return broker.groups()
                    .join(new JoinRequest(
                            group,
                            memberId,
                            instanceId,
                            name,
                            "/127.0.0.1",
                            LONG_MS,
                            LONG_MS,
                            "consumer",
                            List.of(new Protocol("range", subscription())),
                            false,
                            true,
                            ""));
        }

        void await(CompletableFuture<JoinAnswer> joining) {
            JoinAnswer joined = joining.join();
            require(joined.error() == ErrorCode.NONE, "join of " + name + " " + joined.error());
            memberId = joined.memberId();
            generation = joined.generation();
        }

        SyncAnswer sync(Map<String, byte[]> assignments) {
            return broker.groups()
                    .sync(new SyncRequest(ref(), Optional.empty(), Optional.empty(), assignments))
                    .join();
        }

        MemberRef ref() {
            return new MemberRef(group, generation, memberId, instanceId);
        }
    }

    /** A member that speaks the consumer protocol. */
    private static final class Modern {
        private final LocalBroker broker;
        private final String group;
        private final String id;
        private final Optional<String> instanceId;
        private List<String> topics = List.of();
        private String regex = "";
        private int epoch;
        private List<TopicPartitions> owned = List.of();

        Modern(LocalBroker broker, String group, String id, Optional<String> instanceId) {
            this.broker = broker;
            this.group = group;
            this.id = id;
            this.instanceId = instanceId;
        }

        void beat() {
            ConsumerHeartbeatAnswer answer = broker.groups()
                    .consumerHeartbeat(new ConsumerHeartbeat(
                            group,
                            id,
                            epoch,
                            new ConsumerHeartbeat.Client(instanceId, Optional.of("rack"), id, "/127.0.0.1"),
                            60_000,
                            Optional.of(topics),
                            regex.isEmpty() ? Optional.empty() : Optional.of(regex),
                            Optional.of("uniform"),
                            Optional.of(owned),
                            topic -> true))
                    .join();
            require(answer.error() == ErrorCode.NONE, "heartbeat of " + id + " " + answer.message());
            epoch = answer.memberEpoch();
            answer.assignment().ifPresent(assigned -> owned = assigned);
        }
    }
}
