package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.DeliveryService.Said;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a member says of the records it holds, from whichever request. Each partition by itself: all of it or nothing. One thread until it is said. */
final class ShareSettling {
    private final Broker broker;
    private final String groupId;
    private final String memberId;
    private final Map<Place, CompletableFuture<Outcome>> outcomes = new LinkedHashMap<>();
    private final List<Said> unsaid = new ArrayList<>();
    private final List<CompletableFuture<Outcome>> unanswered = new ArrayList<>();

    ShareSettling(Broker broker, String groupId, String memberId) {
        this.broker = broker;
        this.groupId = groupId;
        this.memberId = memberId;
    }

    /** How it ended in a partition; {@code message} is for people. */
    record Outcome(ErrorCode error, String message) {
        static Outcome of(ErrorCode error) {
            return new Outcome(error, error == ErrorCode.NONE ? "" : error.text());
        }
    }

    /** Takes what is said of a partition; {@link #say} or {@link #sayAndAcquire} tells the broker. */
    void add(Place place, Acknowledgements acknowledgements) {
        outcomes.put(place, check(place, acknowledgements));
    }

    /** Tells the broker what it was not told yet; what is decided in these partitions afterwards sees it. */
    void say() {
        for (int i = 0; i < unsaid.size(); i++) {
            Said said = unsaid.get(i);
            answered(i, broker.deliveries().settle(said.group(), said.member(), said.settlements()));
        }
        forgetSaid();
    }

    /** The same, and asks for records; in one step if that can be. */
    CompletableFuture<Result<Acquired>> sayAndAcquire(Acquire request) {
        if (unsaid.isEmpty()) {
            return broker.deliveries().acquire(request);
        }
        DeliveryService.Exchange exchange = broker.deliveries().exchange(List.copyOf(unsaid), request);
        for (int i = 0; i < unsaid.size(); i++) {
            answered(i, exchange.settled().get(i));
        }
        forgetSaid();
        return exchange.acquired();
    }

    private void forgetSaid() {
        if (!unsaid.isEmpty()) {
            unsaid.clear();
            unanswered.clear();
        }
    }

    private void answered(int index, CompletableFuture<ErrorCode> answer) {
        CompletableFuture<Outcome> outcome = unanswered.get(index);
        answer.whenComplete((error, failure) -> {
            if (error == null) {
                outcome.completeExceptionally(failure);
            } else {
                outcome.complete(Outcome.of(error));
            }
        });
    }

    private CompletableFuture<Outcome> check(Place place, Acknowledgements acknowledgements) {
        Optional<String> problem = acknowledgements.problem();
        if (problem.isPresent()) {
            return CompletableFuture.completedFuture(new Outcome(ErrorCode.INVALID_REQUEST, problem.get()));
        }
        Result<Partition> partition = SharedPartition.find(broker, place);
        if (!partition.isOk()) {
            return CompletableFuture.completedFuture(new Outcome(partition.error(), partition.message()));
        }
        if (acknowledgements.renews() && !broker.groups().mayRenew(groupId)) {
            return CompletableFuture.completedFuture(new Outcome(
                    ErrorCode.INVALID_RECORD_STATE, "Renewing is switched off by share.renew.acknowledge.enable."));
        }
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        unsaid.add(new Said(place.of(groupId), memberId, acknowledgements.settlements()));
        unanswered.add(outcome);
        return outcome;
    }

    /** Where something was settled. */
    Collection<Place> places() {
        return outcomes.keySet();
    }

    /** How all of it ended, once it has. */
    CompletableFuture<Map<Place, Outcome>> ended() {
        return CompletableFuture.allOf(outcomes.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<Place, Outcome> ended = LinkedHashMap.newLinkedHashMap(outcomes.size());
                    outcomes.forEach((place, outcome) -> ended.put(place, outcome.resultNow()));
                    return ended;
                });
    }

    /** The session is over: what its member holds is free; completes when that is durable. */
    static CompletableFuture<Void> release(Broker broker, ShareSession session, Collection<Place> held) {
        List<CompletableFuture<?>> released = new ArrayList<>();
        held.forEach(
                place -> released.add(broker.deliveries().releaseMember(place.of(session.groupId), session.memberId)));
        return CompletableFuture.allOf(released.toArray(CompletableFuture[]::new));
    }

    /** How long the group's members may hold records, by the first partition that there is; 0 if there is none. */
    static int lockMs(Broker broker, String groupId, Collection<Place> places) {
        for (Place place : places) {
            Result<Partition> partition = SharedPartition.find(broker, place);
            if (partition.isOk()) {
                Result<DeliveryOptions> options = broker.deliveries()
                        .options(DeliveryKind.SHARE, groupId, partition.get().topic());
                return options.isOk()
                        ? (int) Math.min(Integer.MAX_VALUE, options.get().lockMs())
                        : 0;
            }
        }
        return 0;
    }
}
