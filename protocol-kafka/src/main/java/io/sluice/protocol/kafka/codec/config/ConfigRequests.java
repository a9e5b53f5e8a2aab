package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.Repeated;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What AlterConfigs and IncrementalAlterConfigs have in common: each resource is changed or refused by itself, and what
 * both refuse before they look at values, as Kafka's {@code ConfigAdminManager} does.
 */
final class ConfigRequests {
    private ConfigRequests() {}

    /** A resource as it is named in a request. */
    record Named(byte type, String name) {}

    /**
     * Makes the wanted changes of resources, one by one, but none of a resource that is named twice.
     *
     * @param <Q> a resource and its changes as a request brings them
     * @param <A> what the answer says of one
     */
    static <Q, A> CompletableFuture<List<A>> alterEach(
            Collection<Q> wanted,
            Function<Q, Named> name,
            Function<Q, CompletableFuture<Result<Resource>>> change,
            BiFunction<Q, Result<Resource>, A> answer) {
        Set<Named> repeated = Repeated.of(wanted.stream().map(name).toList());
        List<CompletableFuture<A>> answers = new ArrayList<>();
        for (Q each : wanted) {
            CompletableFuture<Result<Resource>> changed = repeated.contains(name.apply(each))
                    ? refused("Each resource must appear at most once.")
                    : change.apply(each);
            answers.add(changed.thenApply(result -> answer.apply(each, result)));
        }
        return Gathering.of(answers);
    }

    static CompletableFuture<Result<Resource>> refused(String reason) {
        return CompletableFuture.completedFuture(Result.failed(ErrorCode.INVALID_REQUEST, reason));
    }
}
