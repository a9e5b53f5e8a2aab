package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinRequest;
import io.sluice.broker.api.GroupService.LeavingMember;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.api.GroupService.SyncRequest;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client of groups that remembers what it was told. */
final class TestClient {
    final String name;
    private final GroupsFixture fixture;
    String groupId = GroupsFixture.GROUP;
    String memberId = "";
    int generation = -1;
    Optional<String> instanceId = Optional.empty();
    int sessionTimeoutMs = 10_000;
    int rebalanceTimeoutMs = 60_000;
    String protocolType = "consumer";
    List<Protocol> protocols = List.of(subscribing("range", "t"));
    boolean requiresKnownMemberId;
    boolean supportsSkippingAssignment;

    @Nullable
    JoinAnswer joined;

    @Nullable
    SyncAnswer synced;

    TestClient(GroupsFixture fixture, String name) {
        this.fixture = fixture;
        this.name = name;
    }

    /** A protocol whose metadata is a consumer's subscription. */
    static Protocol subscribing(String name, String... topics) {
        ByteBuffer out = ByteBuffer.allocate(1_000).putShort((short) 0).putInt(topics.length);
        for (String topic : topics) {
            byte[] bytes = topic.getBytes(StandardCharsets.UTF_8);
            out.putShort((short) bytes.length).put(bytes);
        }
        byte[] metadata = new byte[out.flip().remaining()];
        out.get(metadata);
        return new Protocol(name, metadata);
    }

    JoinRequest joinRequest() {
        return new JoinRequest(
                groupId,
                memberId,
                instanceId,
                name,
                "/127.0.0.1",
                sessionTimeoutMs,
                rebalanceTimeoutMs,
                protocolType,
                protocols,
                requiresKnownMemberId,
                supportsSkippingAssignment,
                "");
    }

    CompletableFuture<JoinAnswer> join() {
        CompletableFuture<JoinAnswer> future = fixture.groups().join(joinRequest());
        return future.whenComplete((answer, failure) -> {
            joined = answer;
            if (answer.error() == ErrorCode.NONE) {
                memberId = answer.memberId();
                generation = answer.generation();
            } else if (answer.error() == ErrorCode.MEMBER_ID_REQUIRED) {
                memberId = answer.memberId();
            }
        });
    }

    boolean isLeader() {
        return joined != null && joined.leaderId().equals(memberId);
    }

    CompletableFuture<SyncAnswer> sync(Map<String, byte[]> assignments) {
        CompletableFuture<SyncAnswer> future =
                fixture.groups().sync(new SyncRequest(ref(), Optional.empty(), Optional.empty(), assignments));
        return future.whenComplete((answer, failure) -> synced = answer);
    }

    CompletableFuture<SyncAnswer> sync() {
        return sync(Map.of());
    }

    MemberRef ref() {
        return new MemberRef(groupId, generation, memberId, instanceId);
    }

    ErrorCode heartbeat() {
        return fixture.groups().heartbeat(ref()).resultNow();
    }

    ErrorCode leave() {
        LeavingMember leaving = new LeavingMember(memberId, instanceId, "");
        return fixture.groups()
                .leave(groupId, List.of(leaving))
                .resultNow()
                .getFirst()
                .error();
    }

    /** Commits an offset of topic {@code t}. */
    ErrorCode commit(int partition, long offset) {
        return commit(partition, new CommittedOffset(offset, 7, "by " + name));
    }

    ErrorCode commit(int partition, CommittedOffset offset) {
        TopicPartition key = new TopicPartition("t", partition);
        return fixture.groups().commit(ref(), Map.of(key, offset)).resultNow().get(key);
    }

    /** What it was assigned last. */
    String assignment() {
        return synced == null ? "" : new String(synced.assignment(), StandardCharsets.UTF_8);
    }

    /** It is restarted: all it was told is gone. */
    TestClient restarted() {
        TestClient successor = new TestClient(fixture, name);
        successor.groupId = groupId;
        successor.instanceId = instanceId;
        successor.protocols = protocols;
        successor.protocolType = protocolType;
        successor.supportsSkippingAssignment = supportsSkippingAssignment;
        return successor;
    }
}
