package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.GroupService;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ClientConnection;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;

/** Heartbeat. Where the client can bear it, the answer waits for a rebalance, so that members hear of it at once. */
final class HeartbeatHandler implements ColdHandler<HeartbeatRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.HEARTBEAT;
    }

    @Override
    public HeartbeatRequestData newRequest() {
        return new HeartbeatRequestData();
    }

    @Override
    public CompletableFuture<HeartbeatResponseData> handle(HeartbeatRequestData request, ColdContext context) {
        MemberRef member = new MemberRef(
                request.groupId(),
                request.generationId(),
                request.memberId(),
                Optional.ofNullable(request.groupInstanceId()));
        GroupService groups = context.broker().groups();
        ClientConnection client = context.client();
        CompletableFuture<ErrorCode> beat =
                client.heartbeatsAside() ? groups.heartbeat(member, client.keepWaiting()) : groups.heartbeat(member);
        return beat.thenApply(error -> new HeartbeatResponseData().setErrorCode(error.kafkaCode()));
    }
}
