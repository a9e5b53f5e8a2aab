package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinRequest;
import io.sluice.broker.api.GroupService.JoinedMember;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;

/** JoinGroup. The answer comes when the rebalance ends. */
final class JoinGroupHandler implements ColdHandler<JoinGroupRequestData> {
    private static final short REBALANCE_TIMEOUT_FROM = 1;
    private static final short KNOWN_MEMBER_FROM = 4;
    private static final short NULL_PROTOCOL_FROM = 7;
    private static final short SKIP_ASSIGNMENT_FROM = 9;

    @Override
    public KafkaApi api() {
        return KafkaApi.JOIN_GROUP;
    }

    @Override
    public JoinGroupRequestData newRequest() {
        return new JoinGroupRequestData();
    }

    @Override
    public CompletableFuture<JoinGroupResponseData> handle(JoinGroupRequestData request, ColdContext context) {
        short version = context.version();
        return context.broker().groups().join(join(request, context)).thenApply(answer -> encode(answer, version));
    }

    private static JoinRequest join(JoinGroupRequestData request, ColdContext context) {
        List<Protocol> protocols = new ArrayList<>();
        request.protocols().forEach(protocol -> protocols.add(new Protocol(protocol.name(), protocol.metadata())));
        boolean hasRebalanceTimeout = context.version() >= REBALANCE_TIMEOUT_FROM;
        return new JoinRequest(
                request.groupId(),
                request.memberId(),
                Optional.ofNullable(request.groupInstanceId()),
                context.clientId(),
                context.client().host(),
                request.sessionTimeoutMs(),
                hasRebalanceTimeout ? request.rebalanceTimeoutMs() : request.sessionTimeoutMs(),
                request.protocolType(),
                protocols,
                context.version() >= KNOWN_MEMBER_FROM,
                context.version() >= SKIP_ASSIGNMENT_FROM,
                request.reason() == null ? "" : request.reason());
    }

    private static JoinGroupResponseData encode(JoinAnswer answer, short version) {
        boolean isFailed = answer.error() != ErrorCode.NONE;
        boolean isNull = isFailed && version >= NULL_PROTOCOL_FROM;
        JoinGroupResponseData encoded = new JoinGroupResponseData()
                .setErrorCode(answer.error().kafkaCode())
                .setGenerationId(answer.generation())
                .setProtocolType(isNull ? null : answer.protocolType())
                .setProtocolName(isNull ? null : answer.protocolName())
                .setLeader(answer.leaderId())
                .setMemberId(answer.memberId())
                .setSkipAssignment(version >= SKIP_ASSIGNMENT_FROM && answer.skipAssignment());
        if (version < NULL_PROTOCOL_FROM) {
            encoded.setProtocolType(null);
        }
        answer.members().forEach(member -> encoded.members().add(encode(member)));
        return encoded;
    }

    private static JoinGroupResponseMember encode(JoinedMember member) {
        return new JoinGroupResponseMember()
                .setMemberId(member.memberId())
                .setGroupInstanceId(member.instanceId().orElse(null))
                .setMetadata(member.metadata());
    }
}
