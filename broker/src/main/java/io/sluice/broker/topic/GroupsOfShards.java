package io.sluice.broker.topic;

import io.sluice.common.ErrorCode;
import java.util.concurrent.CompletableFuture;

/** Groups that commit positions, wherever they are. */
@FunctionalInterface
public interface GroupsOfShards {
    /**
     * Completes when those that the shard has, if any, have forgotten a topic that is gone; after an error it is asked again.
     */
    CompletableFuture<ErrorCode> forget(int shard, String topic);
}
