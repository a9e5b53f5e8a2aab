package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
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

/** What a member says of the records it holds, from whichever request. Each partition by itself: all of it or nothing. */
final class ShareSettling {
    private final Broker broker;
    private final String groupId;
    private final String memberId;
    private final Map<Place, CompletableFuture<Outcome>> outcomes = new LinkedHashMap<>();

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

    /** Starts to settle; what is decided in this partition afterwards sees it. */
    void settle(Place place, Acknowledgements acknowledgements) {
        outcomes.put(place, start(place, acknowledgements));
    }

    private CompletableFuture<Outcome> start(Place place, Acknowledgements acknowledgements) {
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
        return broker.deliveries()
                .settle(place.of(groupId), memberId, acknowledgements.settlements())
                .thenApply(Outcome::of);
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
