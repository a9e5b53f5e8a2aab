package io.sluice.broker.quota;

import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.quota.QuotaEvent.QuotaRemoved;
import io.sluice.broker.quota.QuotaEvent.QuotaSet;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What quotas are set: changed by {@link AlterQuotas} only. A state machine of shard 0. Committed changes reach the {@link
 * QuotaTable}: those decided elsewhere or before a restart as they are applied, our own once they are durable. Owner:
 * shard 0's apply thread.
 */
public final class QuotaState implements StateMachine {
    private final SortedMap<QuotaEntity, Map<QuotaKey, Double>> quotas = new TreeMap<>();
    private final QuotaTable published;

    /** Empty, told to the table as it fills. */
    public QuotaState(QuotaTable published) {
        this.published = published;
    }

    @Override
    public int id() {
        return 4;
    }

    @Override
    public String name() {
        return "quotas";
    }

    int size() {
        return quotas.size();
    }

    /** A copy of what an entity has; empty if it has nothing. */
    Map<QuotaKey, Double> of(QuotaEntity entity) {
        Map<QuotaKey, Double> known = quotas.get(entity);
        return known == null ? Map.of() : new EnumMap<>(known);
    }

    void emit(Decision decision, QuotaEvent event) {
        decision.emit(QuotaCodec.encode(event));
    }

    /** What was decided about the entity is durable. */
    void publish(QuotaEntity entity, Map<QuotaKey, Double> values) {
        published.put(entity, values);
    }

    @Override
    public void apply(ByteBuffer event, UndoLog undo) {
        QuotaEvent decoded = QuotaCodec.decode(event);
        QuotaEntity entity = decoded.entity();
        Map<QuotaKey, Double> before = of(entity);
        Map<QuotaKey, Double> after = new EnumMap<>(QuotaKey.class);
        after.putAll(before);
        switch (decoded) {
            case QuotaSet set -> after.put(set.key(), set.value());
            case QuotaRemoved removed -> after.remove(removed.key());
        }
        put(entity, after);
        undo.add(() -> put(entity, before));
        if (undo == UndoLog.NONE) {
            publish(entity, after);
        }
    }

    private void put(QuotaEntity entity, Map<QuotaKey, Double> values) {
        if (values.isEmpty()) {
            quotas.remove(entity);
        } else {
            quotas.put(entity, values);
        }
    }

    /** There is no soft state. */
    @Override
    public void leaderStarted(long nowMs) {}

    @Override
    public ByteBuffer snapshot() {
        return QuotaCodec.snapshot(quotas);
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        quotas.clear();
        quotas.putAll(QuotaCodec.restore(snapshot));
        published.replace(quotas);
    }
}
