package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.QuotaAlteration;
import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaEntry;
import io.sluice.broker.api.QuotaFilter;
import io.sluice.broker.api.QuotaMeters;
import io.sluice.broker.api.QuotaService;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Quotas for one caller. */
record GuardedQuotas(QuotaService quotas, Access access) implements QuotaService {
    @Override
    public Result<List<QuotaEntry>> describe(QuotaFilter filter) {
        return access.mayToCluster(Operation.DESCRIBE_CONFIGS)
                ? quotas.describe(filter)
                : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    @Override
    public CompletableFuture<List<Result<QuotaEntity>>> alter(List<QuotaAlteration> alterations, boolean validateOnly) {
        return access.mayToCluster(Operation.ALTER_CONFIGS)
                ? quotas.alter(alterations, validateOnly)
                : CompletableFuture.completedFuture(alterations.stream()
                        .map(each -> Result.<QuotaEntity>failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED))
                        .toList());
    }

    @Override
    public QuotaMeters meters() {
        return quotas.meters();
    }
}
