package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.api.GroupService.SyncRequest;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/** SyncGroup. */
final class SyncGroupHandler implements ColdHandler<SyncGroupRequestData> {
    private static final short PROTOCOL_FROM = 5;

    @Override
    public KafkaApi api() {
        return KafkaApi.SYNC_GROUP;
    }

    @Override
    public SyncGroupRequestData newRequest() {
        return new SyncGroupRequestData();
    }

    @Override
    public CompletableFuture<SyncGroupResponseData> handle(SyncGroupRequestData request, ColdContext context) {
        boolean namesProtocol = request.protocolType() != null && request.protocolName() != null;
        if (context.version() >= PROTOCOL_FROM && !namesProtocol) {
            return CompletableFuture.completedFuture(new SyncGroupResponseData()
                    .setErrorCode(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.kafkaCode())
                    .setAssignment(new byte[0]));
        }
        Map<String, byte[]> assignments = new HashMap<>();
        request.assignments().forEach(assignment -> assignments.put(assignment.memberId(), assignment.assignment()));
        MemberRef member = new MemberRef(
                request.groupId(),
                request.generationId(),
                request.memberId(),
                Optional.ofNullable(request.groupInstanceId()));
        SyncRequest sync = new SyncRequest(
                member,
                Optional.ofNullable(request.protocolType()),
                Optional.ofNullable(request.protocolName()),
                assignments);
        return context.broker().groups().sync(sync).thenApply(SyncGroupHandler::encode);
    }

    private static SyncGroupResponseData encode(SyncAnswer answer) {
        boolean isFailed = answer.error() != ErrorCode.NONE;
        return new SyncGroupResponseData()
                .setErrorCode(answer.error().kafkaCode())
                .setProtocolType(isFailed ? null : answer.protocolType())
                .setProtocolName(isFailed ? null : answer.protocolName())
                .setAssignment(answer.assignment());
    }
}
