package io.sluice.broker.quota;

import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedCommand;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.quota.QuotaEvent.QuotaRemoved;
import io.sluice.broker.quota.QuotaEvent.QuotaSet;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Changes quotas that were checked already; what only the state can tell, how many there are, is checked here. */
final class AlterQuotas implements ForwardedCommand<QuotaState> {
    /** Entities with quotas; more would make every look at all of them slow. */
    static final int ENTITIES_MAX = 50_000;

    private final List<Change> changes;
    private final boolean validateOnly;
    private final Consumer<Result<List<Result<QuotaEntity>>>> answer;

    /**
     * One entity's change.
     *
     * @param values by quota, empty to remove it
     */
    record Change(QuotaEntity entity, Map<QuotaKey, OptionalDouble> values) {}

    /** The answer, in the order of the changes, comes on the apply thread, or on the submitter's if it is refused. */
    AlterQuotas(List<Change> changes, boolean validateOnly, Consumer<Result<List<Result<QuotaEntity>>>> answer) {
        this.changes = changes;
        this.validateOnly = validateOnly;
        this.answer = answer;
    }

    @Override
    public void decide(QuotaState state, Decision decision, long nowMs) {
        List<Result<QuotaEntity>> results = new ArrayList<>();
        Map<QuotaEntity, Map<QuotaKey, Double>> changed = new LinkedHashMap<>();
        for (Change change : changes) {
            results.add(decide(state, decision, change));
            changed.put(change.entity(), state.of(change.entity()));
        }
        decision.afterCommit(
                () -> {
                    if (!validateOnly) {
                        changed.forEach(state::publish);
                    }
                    answer.accept(Result.of(results));
                },
                this::refused);
    }

    private Result<QuotaEntity> decide(QuotaState state, Decision decision, Change change) {
        QuotaEntity entity = change.entity();
        Map<QuotaKey, Double> before = state.of(entity);
        boolean isNew = before.isEmpty() && change.values().values().stream().anyMatch(OptionalDouble::isPresent);
        if (isNew && state.size() >= ENTITIES_MAX) {
            return Result.failed(
                    ErrorCode.POLICY_VIOLATION, "the broker holds quotas of at most " + ENTITIES_MAX + " entities");
        }
        if (!validateOnly) {
            change.values().forEach((key, value) -> {
                if (value.isPresent()) {
                    state.emit(decision, new QuotaSet(entity, key, value.getAsDouble()));
                } else if (before.containsKey(key)) {
                    state.emit(decision, new QuotaRemoved(entity, key));
                }
            });
        }
        return Result.of(entity);
    }

    @Override
    public int kind() {
        return CommandKinds.ALTER_QUOTAS;
    }

    @Override
    public void write(ByteWriter out) {
        out.putByte(validateOnly ? 1 : 0);
        ForwardedResult.writeAll(out, changes, AlterQuotas::writeChange);
    }

    private static void writeChange(ByteWriter out, Change change) {
        QuotaCodec.putEntity(out, change.entity());
        out.putInt(change.values().size());
        change.values().forEach((key, value) -> {
            QuotaCodec.putKey(out, key).putByte(value.isPresent() ? 1 : 0);
            value.ifPresent(out::putDouble);
        });
    }

    /** As another node wrote it. */
    static AlterQuotas read(ByteReader in, Consumer<Result<List<Result<QuotaEntity>>>> answer) {
        boolean validateOnly = in.getByte() == 1;
        return new AlterQuotas(ForwardedResult.readAll(in, AlterQuotas::readChange), validateOnly, answer);
    }

    private static Change readChange(ByteReader in) {
        QuotaEntity entity = QuotaCodec.getEntity(in);
        Map<QuotaKey, OptionalDouble> values = new EnumMap<>(QuotaKey.class);
        for (int left = in.getCount(2); left > 0; left--) {
            QuotaKey key = QuotaCodec.getKey(in);
            values.put(key, in.getByte() == 1 ? OptionalDouble.of(in.getDouble()) : OptionalDouble.empty());
        }
        return new Change(entity, values);
    }

    @Override
    public void answered(QuotaState state, ByteReader in) {
        answer.accept(ForwardedResult.read(in, AlterQuotas::readResults));
    }

    /** What {@link #readResults} reads. */
    static void writeResults(ByteWriter out, List<Result<QuotaEntity>> results) {
        ForwardedResult.writeAll(
                out, results, (each, result) -> ForwardedResult.write(each, result, QuotaCodec::putEntity));
    }

    private static List<Result<QuotaEntity>> readResults(ByteReader in) {
        return ForwardedResult.readAll(in, each -> ForwardedResult.read(each, QuotaCodec::getEntity));
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
