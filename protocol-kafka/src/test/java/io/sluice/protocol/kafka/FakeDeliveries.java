package io.sluice.protocol.kafka;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.log.ReadSink;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Groups that have nothing to deliver. */
final class FakeDeliveries implements DeliveryService {
    private volatile ErrorCode error = ErrorCode.NONE;

    /** What members hear from now on. */
    void answer(ErrorCode always) {
        error = always;
    }

    @Override
    public CompletableFuture<Result<Acquired>> acquire(Acquire request) {
        return done(error == ErrorCode.NONE ? Result.of(new Acquired(List.of(), 30_000)) : Result.failed(error));
    }

    @Override
    public CompletableFuture<ErrorCode> awaitWork(DeliveryGroup group, long bytesMin) {
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<Result<Long>> workBytes(DeliveryGroup group) {
        return done(Result.of(0L));
    }

    @Override
    public CompletableFuture<ErrorCode> settle(DeliveryGroup group, String member, List<Settlement> settlements) {
        return done(error);
    }

    @Override
    public long readHandedOut(DeliveryGroup group, long offset, int maxBytes, ReadSink sink) {
        return -1;
    }

    @Override
    public CompletableFuture<Result<Long>> releaseMember(DeliveryGroup group, String member) {
        return done(Result.of(0L));
    }

    @Override
    public CompletableFuture<ErrorCode> open(DeliveryGroup group) {
        return done(ErrorCode.NONE);
    }

    @Override
    public CompletableFuture<Result<Long>> reset(DeliveryGroup group, DeliveryStart start) {
        return done(Result.of(0L));
    }

    @Override
    public CompletableFuture<ErrorCode> reopen(DeliveryGroup group, long offset) {
        return done(ErrorCode.NONE);
    }

    @Override
    public CompletableFuture<ErrorCode> delete(DeliveryGroup group) {
        return done(ErrorCode.NONE);
    }

    @Override
    public CompletableFuture<Result<Description>> describe(DeliveryGroup group) {
        return done(Result.failed(ErrorCode.GROUP_ID_NOT_FOUND));
    }

    @Override
    public CompletableFuture<List<Description>> list(Optional<DeliveryKind> kind, Optional<String> name) {
        return done(List.of());
    }

    @Override
    public Result<DeliveryOptions> options(DeliveryKind kind, String name, Topic topic) {
        return Result.of(DeliveryOptions.of(kind));
    }

    private static <T> CompletableFuture<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
