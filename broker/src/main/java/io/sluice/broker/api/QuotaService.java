package io.sluice.broker.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Quotas of users, client ids and addresses (KIP-13, 124, 546, 599, 612). Any thread. */
public interface QuotaService {
    /** The quotas of the wanted entities, sorted. Needs DESCRIBE_CONFIGS on the cluster. */
    Result<List<QuotaEntry>> describe(QuotaFilter filter);

    /**
     * Changes quotas, each entity's all or none, durable when it completes; with {@code validateOnly} says only whether it
     * would. The results are in the order of the alterations. Needs ALTER_CONFIGS on the cluster.
     */
    CompletableFuture<List<Result<QuotaEntity>>> alter(List<QuotaAlteration> alterations, boolean validateOnly);

    /** For doors that measure their clients; needs nothing. */
    QuotaMeters meters();
}
