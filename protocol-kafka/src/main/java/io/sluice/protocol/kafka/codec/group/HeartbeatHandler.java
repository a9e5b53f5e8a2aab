package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;

/** Heartbeat. */
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
        return context.broker()
                .groups()
                .heartbeat(member)
                .thenApply(error -> new HeartbeatResponseData().setErrorCode(error.kafkaCode()));
    }
}
