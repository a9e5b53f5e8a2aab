package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.Authorized;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Nodes;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;

/**
 * DescribeCluster of brokers; there are no controllers to ask, so another endpoint type of KIP-919 is refused. Kafka leaves
 * out brokers that are away unless it is asked for them (KIP-1073); here all members are told at once, and which of them
 * are away is found out for who wants to know.
 */
final class DescribeClusterHandler implements ColdHandler<DescribeClusterRequestData> {
    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;
    private static final short MISMATCHED_ENDPOINT_TYPE = 114;
    private static final short UNSUPPORTED_ENDPOINT_TYPE = 115;

    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_CLUSTER;
    }

    @Override
    public DescribeClusterRequestData newRequest() {
        return new DescribeClusterRequestData();
    }

    @Override
    public CompletableFuture<DescribeClusterResponseData> handle(
            DescribeClusterRequestData request, ColdContext context) {
        DescribeClusterResponseData answer = new DescribeClusterResponseData();
        if (request.endpointType() == CONTROLLERS) {
            return CompletableFuture.completedFuture(
                    answer.setErrorCode(MISMATCHED_ENDPOINT_TYPE).setErrorMessage("this is a listener of brokers"));
        }
        if (request.endpointType() != BROKERS) {
            return CompletableFuture.completedFuture(answer.setErrorCode(UNSUPPORTED_ENDPOINT_TYPE)
                    .setErrorMessage("Unsupported endpoint type " + request.endpointType()));
        }
        answer.setErrorCode(ErrorCode.NONE.kafkaCode())
                .setClusterId(context.broker().clusterId())
                .setControllerId(context.broker().cluster().controllerId());
        if (request.includeClusterAuthorizedOperations()) {
            answer.setClusterAuthorizedOperations(
                    Authorized.clusterBits(context.broker().access()));
        }
        return away(request, context).thenApply(away -> {
            Nodes.all(context).forEach(node -> answer.brokers().add(encode(node, away)));
            return answer;
        });
    }

    private static CompletableFuture<Set<Integer>> away(DescribeClusterRequestData request, ColdContext context) {
        return request.includeFencedBrokers()
                ? context.broker().cluster().nodesAway()
                : CompletableFuture.completedFuture(Set.of());
    }

    private static DescribeClusterBroker encode(Nodes.Node node, Set<Integer> away) {
        return new DescribeClusterBroker()
                .setBrokerId(node.id())
                .setHost(node.host())
                .setPort(node.port())
                .setRack(node.rack().orElse(null))
                .setIsFenced(away.contains(node.id()));
    }
}
