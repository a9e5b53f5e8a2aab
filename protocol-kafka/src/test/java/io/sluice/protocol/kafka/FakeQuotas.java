package io.sluice.protocol.kafka;

import io.sluice.broker.api.QuotaAlteration;
import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaEntry;
import io.sluice.broker.api.QuotaFilter;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.api.QuotaMeters;
import io.sluice.broker.api.QuotaService;
import io.sluice.broker.api.Result;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One quota of a user, which nothing changes and nobody is measured by. */
final class FakeQuotas implements QuotaService {
    @Override
    public Result<List<QuotaEntry>> describe(QuotaFilter filter) {
        QuotaEntity user = QuotaEntity.of(QuotaEntity.Kind.USER, Optional.of("u"));
        return Result.of(List.of(new QuotaEntry(user, Map.of(QuotaKey.PRODUCER_BYTE_RATE, 1.0))));
    }

    @Override
    public CompletableFuture<List<Result<QuotaEntity>>> alter(List<QuotaAlteration> alterations, boolean validateOnly) {
        return CompletableFuture.completedFuture(alterations.stream()
                .map(alteration -> Result.of(alteration.entity()))
                .toList());
    }

    @Override
    public QuotaMeters meters() {
        return QuotaMeters.NONE;
    }
}
