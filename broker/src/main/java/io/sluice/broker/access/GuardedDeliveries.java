package io.sluice.broker.access;

import static io.sluice.broker.api.ResourceType.GROUP;
import static io.sluice.broker.api.ResourceType.TOPIC;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.log.ReadSink;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Deliveries for one caller. */
final class GuardedDeliveries implements DeliveryService {
    private final DeliveryService deliveries;
    private final TopicService topics;
    private final Access access;

    /** {@code topics} are all there are: names are looked up here, rights asked here. */
    GuardedDeliveries(DeliveryService deliveries, TopicService topics, Access access) {
        this.deliveries = deliveries;
        this.topics = topics;
        this.access = access;
    }

    @Override
    public CompletableFuture<Result<Acquired>> acquire(Acquire request) {
        return guarded(request.group(), Operation.READ, () -> deliveries.acquire(request), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> awaitWork(DeliveryGroup group, long bytesMin) {
        return guarded(group, Operation.READ, () -> deliveries.awaitWork(group, bytesMin), Function.identity());
    }

    @Override
    public CompletableFuture<Result<Long>> workBytes(DeliveryGroup group) {
        return guarded(group, Operation.READ, () -> deliveries.workBytes(group), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> settle(DeliveryGroup group, String member, List<Settlement> settlements) {
        return guarded(group, Operation.READ, () -> deliveries.settle(group, member, settlements), Function.identity());
    }

    @Override
    public Exchange exchange(List<Said> said, Acquire request) {
        boolean isAllowed = why(request.group(), Operation.READ) == ErrorCode.NONE
                && said.stream().allMatch(each -> why(each.group(), Operation.READ) == ErrorCode.NONE);
        return isAllowed ? deliveries.exchange(said, request) : DeliveryService.super.exchange(said, request);
    }

    /** Whoever was handed the records had the right to. */
    @Override
    public long readHandedOut(DeliveryGroup group, long offset, int maxBytes, ReadSink sink) {
        return deliveries.readHandedOut(group, offset, maxBytes, sink);
    }

    @Override
    public CompletableFuture<Result<Long>> releaseMember(DeliveryGroup group, String member) {
        return guarded(group, Operation.READ, () -> deliveries.releaseMember(group, member), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> open(DeliveryGroup group) {
        return guarded(group, Operation.READ, () -> deliveries.open(group), Function.identity());
    }

    @Override
    public CompletableFuture<Result<Long>> reset(DeliveryGroup group, DeliveryStart start) {
        return guarded(group, Operation.READ, () -> deliveries.reset(group, start), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> reopen(DeliveryGroup group, long offset) {
        return guarded(group, Operation.READ, () -> deliveries.reopen(group, offset), Function.identity());
    }

    @Override
    public CompletableFuture<ErrorCode> delete(DeliveryGroup group) {
        return guarded(group, Operation.DELETE, () -> deliveries.delete(group), Function.identity());
    }

    @Override
    public CompletableFuture<Result<Description>> describe(DeliveryGroup group) {
        return guarded(group, Operation.DESCRIBE, () -> deliveries.describe(group), Result::failed);
    }

    /** The topic is read for whatever is done but looking. */
    private <A> CompletableFuture<A> guarded(
            DeliveryGroup group,
            Operation ofGroup,
            Supplier<CompletableFuture<A>> call,
            Function<ErrorCode, A> failed) {
        ErrorCode denied = why(group, ofGroup);
        return denied == ErrorCode.NONE ? call.get() : CompletableFuture.completedFuture(failed.apply(denied));
    }

    private ErrorCode why(DeliveryGroup group, Operation ofGroup) {
        if (!access.may(ofGroup, GROUP, group.name())) {
            return ErrorCode.GROUP_AUTHORIZATION_FAILED;
        }
        Operation ofTopic = ofGroup == Operation.DESCRIBE ? Operation.DESCRIBE : Operation.READ;
        boolean isDenied = topics.find(group.topicId())
                .map(topic -> !access.may(ofTopic, TOPIC, topic.name()))
                .orElse(false);
        return isDenied ? ErrorCode.TOPIC_AUTHORIZATION_FAILED : ErrorCode.NONE;
    }

    @Override
    public CompletableFuture<List<Description>> list(Optional<DeliveryKind> kind, Optional<String> name) {
        return deliveries
                .list(kind, name)
                .thenApply(all -> all.stream()
                        .filter(each -> access.sees(
                                Operation.DESCRIBE, GROUP, each.group().name()))
                        .filter(this::seesTopic)
                        .toList());
    }

    private boolean seesTopic(Description description) {
        return topics.find(description.group().topicId())
                .map(topic -> access.sees(Operation.DESCRIBE, TOPIC, topic.name()))
                .orElse(false);
    }

    @Override
    public Result<DeliveryOptions> options(DeliveryKind kind, String name, Topic topic) {
        return access.may(Operation.DESCRIBE, GROUP, name)
                ? deliveries.options(kind, name, topic)
                : Result.failed(ErrorCode.GROUP_AUTHORIZATION_FAILED);
    }
}
