package io.sluice.broker.quota;

import io.sluice.broker.api.QuotaAlteration;
import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaEntry;
import io.sluice.broker.api.QuotaFilter;
import io.sluice.broker.api.QuotaMeters;
import io.sluice.broker.api.QuotaService;
import io.sluice.broker.api.Result;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.forward.Forwarding;
import io.sluice.broker.quota.AlterQuotas.Change;
import io.sluice.common.ErrorCode;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.replication.runtime.CommandRunner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The quotas of this node's clients. Any thread. */
public final class LocalQuotas implements QuotaService, MetricSource {
    private final QuotaState state;
    private final QuotaTable table;
    private final TrackedMeters meters;
    private final CommandRunner runner;

    /** {@code state} is a machine of {@code runner} and tells {@code table}. */
    public LocalQuotas(QuotaState state, QuotaTable table, TrackedMeters meters, CommandRunner runner) {
        this.state = state;
        this.table = table;
        this.meters = meters;
        this.runner = runner;
    }

    /** From now on takes what other nodes send for {@code shard}, this node's shard 0. */
    public static void accept(Forwarding forwarding, QuotaState state, CommandRunner shard) {
        forwarding.accept(
                CommandKinds.ALTER_QUOTAS,
                (in, outcome) -> shard.submit(
                        state, AlterQuotas.read(in, ForwardedResult.telling(outcome, AlterQuotas::writeResults))));
    }

    @Override
    public Result<List<QuotaEntry>> describe(QuotaFilter filter) {
        return Result.of(table.all().stream()
                .filter(entry -> filter.accepts(entry.getKey()))
                .map(entry -> new QuotaEntry(entry.getKey(), entry.getValue()))
                .toList());
    }

    @Override
    public CompletableFuture<List<Result<QuotaEntity>>> alter(List<QuotaAlteration> alterations, boolean validateOnly) {
        List<Result<Change>> checked = new ArrayList<>();
        Set<QuotaEntity> seen = new HashSet<>();
        for (QuotaAlteration alteration : alterations) {
            checked.add(
                    seen.add(alteration.entity())
                            ? QuotaChecks.check(alteration)
                            : Result.failed(ErrorCode.INVALID_REQUEST, "Ignoring duplicate entity"));
        }
        List<Change> changes =
                checked.stream().filter(Result::isOk).map(Result::get).toList();
        CompletableFuture<Result<List<Result<QuotaEntity>>>> answer = new CompletableFuture<>();
        if (changes.isEmpty()) {
            answer.complete(Result.of(List.of()));
        } else {
            runner.submit(state, new AlterQuotas(changes, validateOnly, answer::complete));
        }
        return answer.thenApply(decided -> inOrder(checked, ForwardedResult.told(decided)));
    }

    private static List<Result<QuotaEntity>> inOrder(
            List<Result<Change>> checked, Result<List<Result<QuotaEntity>>> decided) {
        List<Result<QuotaEntity>> results = new ArrayList<>();
        int next = 0;
        for (Result<Change> each : checked) {
            Result<?> failed = each.isOk() ? decided : each;
            results.add(failed.isOk() ? decided.get().get(next++) : Result.failed(failed.error(), failed.message()));
        }
        return results;
    }

    @Override
    public QuotaMeters meters() {
        return meters;
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        consumer.accept(
                Metric.gauge("sluice_quota_entities", "Users, client ids and addresses with quotas.", table.size()));
        meters.collect(consumer);
    }
}
