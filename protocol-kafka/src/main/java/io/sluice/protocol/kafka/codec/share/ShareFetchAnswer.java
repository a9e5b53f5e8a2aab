package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.Ids;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData.AcquiredRecords;
import org.apache.kafka.common.message.ShareFetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ShareFetchResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ShareFetchResponseData.NodeEndpointCollection;
import org.apache.kafka.common.message.ShareFetchResponseData.PartitionData;
import org.apache.kafka.common.message.ShareFetchResponseData.ShareFetchableTopicResponse;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** The answer of a ShareFetch: partitions with records, with an error, or with the outcome of acknowledgements. */
final class ShareFetchAnswer {
    private static final LeaderIdAndEpoch UNKNOWN_LEADER =
            new LeaderIdAndEpoch().setLeaderId(-1).setLeaderEpoch(-1);

    private final Map<Place, PartitionData> partitions = new LinkedHashMap<>();
    private final NodeEndpointCollection endpoints = new NodeEndpointCollection();
    private final ColdContext context;
    private long lockMs;

    ShareFetchAnswer(ColdContext context) {
        this.context = context;
    }

    private PartitionData partition(Place place) {
        return partitions.computeIfAbsent(
                place,
                key -> new PartitionData()
                        .setPartitionIndex(key.partition())
                        .setCurrentLeader(UNKNOWN_LEADER)
                        .setRecords(MemoryRecords.EMPTY));
    }

    void settled(Place place, ShareSettling.Outcome outcome) {
        PartitionData partition =
                partition(place).setAcknowledgeErrorCode(outcome.error().kafkaCode());
        if (!outcome.message().isEmpty()) {
            partition.setAcknowledgeErrorMessage(outcome.message());
        }
        hint(place, outcome.error(), partition);
    }

    private void hint(Place place, ErrorCode error, PartitionData partition) {
        LeaderHint.of(place, error, context).ifPresent(hint -> {
            partition.setCurrentLeader(
                    new LeaderIdAndEpoch().setLeaderId(hint.leaderId()).setLeaderEpoch(hint.leaderEpoch()));
            if (endpoints.find(hint.leaderId()) == null) {
                endpoints.add(new NodeEndpoint()
                        .setNodeId(hint.leaderId())
                        .setHost(hint.node().host())
                        .setPort(hint.node().port())
                        .setRack(hint.node().rack().orElse(null)));
            }
        });
    }

    void fetched(ShareFetchCall.Fetched fetched) {
        PartitionData partition = partition(fetched.place());
        if (fetched.error() != ErrorCode.NONE) {
            partition
                    .setErrorCode(fetched.error().kafkaCode())
                    .setErrorMessage(fetched.error().text());
            hint(fetched.place(), fetched.error(), partition);
            return;
        }
        List<AcquiredRecords> acquired = new ArrayList<>(fetched.runs().size());
        for (Run run : fetched.runs()) {
            acquired.add(new AcquiredRecords()
                    .setFirstOffset(run.firstOffset())
                    .setLastOffset(run.lastOffset())
                    .setDeliveryCount((short) Math.min(Short.MAX_VALUE, run.deliveryCount())));
        }
        lockMs = fetched.lockMs();
        partition.setRecords(fetched.records()).setAcquiredRecords(acquired);
    }

    /** How long the member may hold what it was given, 0 if it was given nothing. */
    long lockMs() {
        return lockMs;
    }

    boolean isEmpty() {
        return partitions.isEmpty();
    }

    Collection<Place> places() {
        return partitions.keySet();
    }

    ShareFetchResponseData encode(long lockTimeoutMs) {
        ShareFetchResponseData answer = new ShareFetchResponseData()
                .setAcquisitionLockTimeoutMs((int) Math.min(Integer.MAX_VALUE, lockTimeoutMs))
                .setNodeEndpoints(endpoints);
        partitions.forEach((place, partition) -> {
            Uuid topicId = Ids.toKafka(place.topicId());
            ShareFetchableTopicResponse topic = answer.responses().find(topicId);
            if (topic == null) {
                topic = new ShareFetchableTopicResponse().setTopicId(topicId);
                answer.responses().add(topic);
            }
            topic.partitions().add(partition);
        });
        return answer;
    }
}
