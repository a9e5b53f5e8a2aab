package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ClientConnection;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchRequestData.FetchPartition;
import org.apache.kafka.common.message.ShareFetchRequestData.FetchTopic;
import org.apache.kafka.common.message.ShareFetchResponseData;

/** ShareFetch (KIP-932), from version 2 on with renewals and record_limit (KIP-1222, KIP-1206). */
final class ShareFetchHandler implements ColdHandler<ShareFetchRequestData> {
    private final ShareSessions sessions;

    ShareFetchHandler(ShareSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public KafkaApi api() {
        return KafkaApi.SHARE_FETCH;
    }

    @Override
    public ShareFetchRequestData newRequest() {
        return new ShareFetchRequestData();
    }

    @Override
    public CompletableFuture<ShareFetchResponseData> handle(ShareFetchRequestData request, ColdContext context) {
        String groupId = request.groupId();
        String memberId = request.memberId();
        if (groupId == null || groupId.isEmpty() || memberId == null || memberId.isEmpty()) {
            return refused(ErrorCode.INVALID_REQUEST);
        }
        ErrorCode denied = context.broker().access().check(Operation.READ, ResourceType.GROUP, groupId);
        if (denied != ErrorCode.NONE || isContradictory(request)) {
            return refused(denied == ErrorCode.NONE ? ErrorCode.INVALID_REQUEST : denied);
        }
        releaseWhenEnded(context);
        Result<ShareSessions.Opened> opened = sessions.fetch(
                new ShareSessions.Use(
                        groupId, memberId, request.shareSessionEpoch(), named(request), forgotten(request)),
                context.client());
        if (!opened.isOk()) {
            return refused(opened.error());
        }
        ShareSettling settling = settling(request, groupId, memberId, context.broker());
        ShareSession session = opened.get().session();
        if (request.shareSessionEpoch() == ShareSessions.FINAL_EPOCH) {
            settling.say();
            List<Place> held = sessions.close(session);
            return ShareSettling.release(context.broker(), session, held)
                    .thenCompose(done -> answer(settling, List.of(), context, groupId));
        }
        if (request.isRenewAck()) {
            settling.say();
            return answer(settling, List.of(), context, groupId);
        }
        CompletableFuture<List<ShareFetchCall.Fetched>> fetched =
                new ShareFetchCall(request, context, sessions, opened.get(), settling).start();
        return fetched.thenCompose(found -> answer(settling, found, context, groupId)
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        found.forEach(ShareFetchCall.Fetched::release);
                    }
                }));
    }

    /** As in Kafka: nothing can be acknowledged before there is a session, and who renews fetches nothing. */
    private static boolean isContradictory(ShareFetchRequestData request) {
        boolean acknowledges = request.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(partition -> !partition.acknowledgementBatches().isEmpty());
        boolean fetches = request.maxBytes() != 0
                || request.minBytes() != 0
                || request.maxRecords() != 0
                || request.maxWaitMs() != 0;
        return (request.shareSessionEpoch() == ShareSessions.NEW_EPOCH && acknowledges)
                || (request.isRenewAck() && fetches);
    }

    /** One task for all sessions of the connection. */
    private void releaseWhenEnded(ColdContext context) {
        ClientConnection client = context.client();
        client.whenEnded(sessions, () -> {
            Broker broker = client.broker();
            sessions.ended(client).forEach(session -> {
                CompletableFuture<Void> unused = ShareSettling.release(broker, session, session.held());
            });
        });
    }

    private static List<Place> named(ShareFetchRequestData request) {
        List<Place> named = new ArrayList<>();
        for (FetchTopic topic : request.topics()) {
            topic.partitions().forEach(partition -> named.add(place(topic, partition)));
        }
        return named;
    }

    private static Place place(FetchTopic topic, FetchPartition partition) {
        return new Place(Ids.fromKafka(topic.topicId()), partition.partitionIndex());
    }

    private static List<Place> forgotten(ShareFetchRequestData request) {
        List<Place> forgotten = new ArrayList<>();
        request.forgottenTopicsData()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> forgotten.add(new Place(Ids.fromKafka(topic.topicId()), partition))));
        return forgotten;
    }

    private static ShareSettling settling(
            ShareFetchRequestData request, String groupId, String memberId, Broker broker) {
        ShareSettling settling = new ShareSettling(broker, groupId, memberId);
        for (FetchTopic topic : request.topics()) {
            for (FetchPartition partition : topic.partitions()) {
                if (!partition.acknowledgementBatches().isEmpty()) {
                    Acknowledgements acknowledgements = new Acknowledgements(request.isRenewAck());
                    partition
                            .acknowledgementBatches()
                            .forEach(batch -> acknowledgements.add(
                                    batch.firstOffset(), batch.lastOffset(), batch.acknowledgeTypes()));
                    settling.add(place(topic, partition), acknowledgements);
                }
            }
        }
        return settling;
    }

    private static CompletableFuture<ShareFetchResponseData> answer(
            ShareSettling settling, List<ShareFetchCall.Fetched> fetched, ColdContext context, String groupId) {
        return settling.ended()
                .thenApplyAsync(
                        outcomes -> {
                            ShareFetchAnswer answer = new ShareFetchAnswer(context);
                            outcomes.forEach(answer::settled);
                            fetched.forEach(answer::fetched);
                            boolean isKnown = answer.lockMs() > 0 || answer.isEmpty();
                            return answer.encode(
                                    isKnown
                                            ? answer.lockMs()
                                            : ShareSettling.lockMs(context.broker(), groupId, answer.places()));
                        },
                        context.loop());
    }

    private static CompletableFuture<ShareFetchResponseData> refused(ErrorCode error) {
        return CompletableFuture.completedFuture(
                new ShareFetchResponseData().setErrorCode(error.kafkaCode()).setErrorMessage(error.text()));
    }
}
