package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.Authorized;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Nodes;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;

/** DescribeCluster of brokers; there are no controllers to ask, so another endpoint type of KIP-919 is refused. */
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
        Nodes.all(context)
                .forEach(node -> answer.brokers()
                        .add(new DescribeClusterBroker()
                                .setBrokerId(node.id())
                                .setHost(node.host())
                                .setPort(node.port())
                                .setRack(node.rack().orElse(null))));
        return CompletableFuture.completedFuture(answer);
    }
}
