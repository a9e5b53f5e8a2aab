package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData.AcknowledgePartition;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData.AcknowledgeTopic;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData.PartitionData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData.ShareAcknowledgeTopicResponse;

/** ShareAcknowledge (KIP-932), from version 2 on with renewals (KIP-1222). Answered when all of it is durable. */
final class ShareAcknowledgeHandler implements ColdHandler<ShareAcknowledgeRequestData> {
    private static final LeaderIdAndEpoch UNKNOWN_LEADER =
            new LeaderIdAndEpoch().setLeaderId(-1).setLeaderEpoch(-1);

    private final ShareSessions sessions;

    ShareAcknowledgeHandler(ShareSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public KafkaApi api() {
        return KafkaApi.SHARE_ACKNOWLEDGE;
    }

    @Override
    public ShareAcknowledgeRequestData newRequest() {
        return new ShareAcknowledgeRequestData();
    }

    @Override
    public CompletableFuture<ShareAcknowledgeResponseData> handle(
            ShareAcknowledgeRequestData request, ColdContext context) {
        String groupId = request.groupId();
        String memberId = request.memberId();
        if (groupId == null || groupId.isEmpty() || memberId == null || memberId.isEmpty()) {
            return refused(ErrorCode.INVALID_REQUEST);
        }
        Broker broker = context.broker();
        ErrorCode denied = broker.access().check(Operation.READ, ResourceType.GROUP, groupId);
        if (denied != ErrorCode.NONE) {
            return refused(denied);
        }
        Result<ShareSession> session =
                sessions.acknowledge(groupId, memberId, request.shareSessionEpoch(), context.client());
        if (!session.isOk()) {
            return refused(session.error());
        }
        ShareSettling settling = new ShareSettling(broker, groupId, memberId);
        for (AcknowledgeTopic topic : request.topics()) {
            for (AcknowledgePartition partition : topic.partitions()) {
                Acknowledgements acknowledgements = new Acknowledgements(request.isRenewAck());
                partition
                        .acknowledgementBatches()
                        .forEach(batch -> acknowledgements.add(
                                batch.firstOffset(), batch.lastOffset(), batch.acknowledgeTypes()));
                settling.add(new Place(Ids.fromKafka(topic.topicId()), partition.partitionIndex()), acknowledgements);
            }
        }
        settling.say();
        CompletableFuture<ShareAcknowledgeResponseData> answer = settling.ended()
                .thenApply(outcomes ->
                        encode(outcomes, ShareSettling.lockMs(broker, groupId, settling.places()), context));
        if (request.shareSessionEpoch() != ShareSessions.FINAL_EPOCH) {
            return answer;
        }
        Collection<Place> held = sessions.close(session.get());
        return ShareSettling.release(broker, session.get(), held).thenCompose(done -> answer);
    }

    private static CompletableFuture<ShareAcknowledgeResponseData> refused(ErrorCode error) {
        return CompletableFuture.completedFuture(new ShareAcknowledgeResponseData()
                .setErrorCode(error.kafkaCode())
                .setErrorMessage(error.text()));
    }

    private static NodeEndpoint endpoint(LeaderHint hint) {
        return new NodeEndpoint()
                .setNodeId(hint.leaderId())
                .setHost(hint.node().host())
                .setPort(hint.node().port())
                .setRack(hint.node().rack().orElse(null));
    }

    private static ShareAcknowledgeResponseData encode(
            Map<Place, ShareSettling.Outcome> outcomes, int lockMs, ColdContext context) {
        ShareAcknowledgeResponseData answer = new ShareAcknowledgeResponseData().setAcquisitionLockTimeoutMs(lockMs);
        outcomes.forEach((place, outcome) -> {
            Uuid topicId = Ids.toKafka(place.topicId());
            ShareAcknowledgeTopicResponse topic = answer.responses().find(topicId);
            if (topic == null) {
                topic = new ShareAcknowledgeTopicResponse().setTopicId(topicId);
                answer.responses().add(topic);
            }
            PartitionData partition = new PartitionData()
                    .setPartitionIndex(place.partition())
                    .setCurrentLeader(UNKNOWN_LEADER)
                    .setErrorCode(outcome.error().kafkaCode());
            LeaderHint.of(place, outcome.error(), context).ifPresent(hint -> {
                partition.setCurrentLeader(
                        new LeaderIdAndEpoch().setLeaderId(hint.leaderId()).setLeaderEpoch(hint.leaderEpoch()));
                if (answer.nodeEndpoints().find(hint.leaderId()) == null) {
                    answer.nodeEndpoints().add(endpoint(hint));
                }
            });
            topic.partitions()
                    .add(outcome.message().isEmpty() ? partition : partition.setErrorMessage(outcome.message()));
        });
        return answer;
    }
}
