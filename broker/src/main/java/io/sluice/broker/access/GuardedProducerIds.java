package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ProducerIdService;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.concurrent.CompletableFuture;

/** Producer ids for one caller: who may write to some topic may have one (KIP-679). */
record GuardedProducerIds(ProducerIdService producerIds, Access access) implements ProducerIdService {
    @Override
    public CompletableFuture<Result<Long>> next() {
        boolean isAllowed = access.sees(Operation.IDEMPOTENT_WRITE, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME)
                || access.mayWithAny(Operation.WRITE, ResourceType.TOPIC);
        return isAllowed
                ? producerIds.next()
                : CompletableFuture.completedFuture(Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
    }
}
