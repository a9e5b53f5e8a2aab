package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Nodes;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;

/**
 * FindCoordinator, several keys from version 4 on (KIP-699). The node that leads a group's shard coordinates it. Asking for the
 * coordinator of a transaction is the first thing a transactional producer does; INVALID_REQUEST stops it there with the
 * text, whereas COORDINATOR_NOT_AVAILABLE would make it ask for ever.
 */
final class FindCoordinatorHandler implements ColdHandler<FindCoordinatorRequestData> {
    private static final short KEYS_FROM = 4;
    private static final byte GROUP = 0;

    @Override
    public KafkaApi api() {
        return KafkaApi.FIND_COORDINATOR;
    }

    @Override
    public FindCoordinatorRequestData newRequest() {
        return new FindCoordinatorRequestData();
    }

    @Override
    public CompletableFuture<FindCoordinatorResponseData> handle(
            FindCoordinatorRequestData request, ColdContext context) {
        FindCoordinatorResponseData answer = new FindCoordinatorResponseData();
        if (context.version() >= KEYS_FROM) {
            request.coordinatorKeys()
                    .forEach(key -> answer.coordinators().add(coordinator(key, request.keyType(), context)));
            return CompletableFuture.completedFuture(answer);
        }
        Coordinator single = coordinator(request.key(), request.keyType(), context);
        return CompletableFuture.completedFuture(answer.setErrorCode(single.errorCode())
                .setErrorMessage(single.errorMessage())
                .setNodeId(single.nodeId())
                .setHost(single.host())
                .setPort(single.port()));
    }

    private static Coordinator coordinator(String key, byte keyType, ColdContext context) {
        Coordinator answer = new Coordinator().setKey(key);
        if (keyType != GROUP) {
            return answer.setNodeId(-1)
                    .setHost("")
                    .setPort(-1)
                    .setErrorCode(ErrorCode.INVALID_REQUEST.kafkaCode())
                    .setErrorMessage("only groups have coordinators here: transactions are not supported");
        }
        ErrorCode denied = context.broker().access().check(Operation.DESCRIBE, ResourceType.GROUP, key);
        if (denied != ErrorCode.NONE) {
            return answer.setNodeId(-1)
                    .setHost("")
                    .setPort(-1)
                    .setErrorCode(denied.kafkaCode())
                    .setErrorMessage(denied.text());
        }
        Optional<Nodes.Node> node = Nodes.find(context.broker().cluster().coordinator(key), context);
        return node.map(found -> answer.setNodeId(found.id())
                        .setHost(found.host())
                        .setPort(found.port())
                        .setErrorMessage(""))
                .orElseGet(() -> answer.setNodeId(-1)
                        .setHost("")
                        .setPort(-1)
                        .setErrorCode(ErrorCode.COORDINATOR_NOT_AVAILABLE.kafkaCode())
                        .setErrorMessage(ErrorCode.COORDINATOR_NOT_AVAILABLE.text()));
    }
}
