package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Repeated;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;

/** CreatePartitions: each topic grows or fails by itself (KIP-195). */
final class CreatePartitionsHandler implements ColdHandler<CreatePartitionsRequestData> {
    /** KIP-599. */
    private static final short QUOTA_ERROR_FROM = 3;

    @Override
    public KafkaApi api() {
        return KafkaApi.CREATE_PARTITIONS;
    }

    @Override
    public CreatePartitionsRequestData newRequest() {
        return new CreatePartitionsRequestData();
    }

    @Override
    public CompletableFuture<CreatePartitionsResponseData> handle(
            CreatePartitionsRequestData request, ColdContext context) {
        Set<String> repeated = Repeated.of(
                request.topics().stream().map(CreatePartitionsTopic::name).toList());
        List<CompletableFuture<CreatePartitionsTopicResult>> results = new ArrayList<>();
        for (String name : repeated) {
            Result<Topic> refused = Result.failed(ErrorCode.INVALID_REQUEST, "Duplicate topic name.");
            results.add(CompletableFuture.completedFuture(encode(name, refused)));
        }
        for (CreatePartitionsTopic wanted : request.topics()) {
            if (!repeated.contains(wanted.name())) {
                results.add(create(wanted, request.validateOnly(), context)
                        .thenApply(grown -> encode(wanted.name(), grown)));
            }
        }
        return Gathering.of(results).thenApply(all -> new CreatePartitionsResponseData().setResults(all));
    }

    private static CompletableFuture<Result<Topic>> create(
            CreatePartitionsTopic wanted, boolean validateOnly, ColdContext context) {
        Result<Topic> topic = context.broker().topics().find(wanted.name(), Operation.ALTER);
        if (!topic.isOk()) {
            return CompletableFuture.completedFuture(topic);
        }
        Optional<String> refusal = whyNotAssignable(
                wanted, topic.get().partitionCount(), context.broker().cluster());
        return refusal.isPresent()
                ? CompletableFuture.completedFuture(Result.failed(ErrorCode.INVALID_REPLICA_ASSIGNMENT, refusal.get()))
                : context.mutations()
                        .changing(
                                Math.max(1, wanted.count() - topic.get().partitionCount()),
                                context.version() >= QUOTA_ERROR_FROM,
                                () -> context.broker()
                                        .topics()
                                        .addPartitions(
                                                topic.get().id(), wanted.count(), assignments(wanted), validateOnly));
    }

    private static List<List<Integer>> assignments(CreatePartitionsTopic wanted) {
        List<CreatePartitionsAssignment> assignments = wanted.assignments();
        return assignments == null
                ? List.of()
                : assignments.stream()
                        .map(CreatePartitionsAssignment::brokerIds)
                        .toList();
    }

    /** A number that would be no increase is for the broker to refuse, before anything else as in Kafka. */
    private static Optional<String> whyNotAssignable(CreatePartitionsTopic wanted, int before, ClusterService cluster) {
        List<CreatePartitionsAssignment> assignments = wanted.assignments();
        int additional = wanted.count() - before;
        if (assignments == null || additional <= 0) {
            return Optional.empty();
        }
        if (assignments.size() != additional) {
            return Optional.of("Attempted to add " + additional + " additional partition(s), but only "
                    + assignments.size() + " assignment(s) were specified.");
        }
        return assignments.stream()
                .flatMap(each -> cluster.whyNotAssignable(each.brokerIds()).stream())
                .findFirst();
    }

    private static CreatePartitionsTopicResult encode(String name, Result<Topic> grown) {
        return new CreatePartitionsTopicResult()
                .setName(name)
                .setErrorCode(grown.error().kafkaCode())
                .setErrorMessage(grown.isOk() ? null : grown.message());
    }
}
