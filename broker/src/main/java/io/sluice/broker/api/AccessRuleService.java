package io.sluice.broker.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The access rules. Changes complete when they are durable and in force for every request that is taken afterwards. Any
 * thread. Everything is SECURITY_DISABLED without an authorizer, as in Kafka.
 */
public interface AccessRuleService {
    /** The rules the filter means, sorted. Needs DESCRIBE on the cluster. */
    Result<List<AccessRule>> find(AccessRuleFilter filter);

    /**
     * Adds rules; one that exists already is a success. An answer for each, INVALID_REQUEST says what is wrong with it.
     * Needs ALTER on the cluster.
     */
    CompletableFuture<Result<List<Result<AccessRule>>>> add(List<AccessRule> rules);

    /** Removes what the filters mean; what each removed. Needs ALTER on the cluster. */
    CompletableFuture<Result<List<List<AccessRule>>>> remove(List<AccessRuleFilter> filters);
}
