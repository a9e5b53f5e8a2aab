package io.sluice.broker.quota;

import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaKey;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The committed quotas. Written by shard 0's apply thread, read by any. */
public final class QuotaTable {
    private final Map<QuotaEntity, Map<QuotaKey, Double>> quotas = new ConcurrentHashMap<>();
    private final Map<InetAddress, Double> connectionRates = new ConcurrentHashMap<>();
    private final int[] counts = new int[QuotaKey.values().length];
    private volatile double defaultConnectionRate = Double.MAX_VALUE;
    private volatile int limitedKeys;
    private volatile int version;

    /** Empty. */
    public QuotaTable() {}

    /** Another number after every change. */
    int version() {
        return version;
    }

    /** Whether anybody has such a quota. */
    boolean isLimited(QuotaKey key) {
        return (limitedKeys & 1 << key.ordinal()) != 0;
    }

    /** Quotas of an entity. */
    Map<QuotaKey, Double> of(QuotaEntity entity) {
        return quotas.getOrDefault(entity, Map.of());
    }

    /** All of them, sorted. */
    List<Map.Entry<QuotaEntity, Map<QuotaKey, Double>>> all() {
        return List.copyOf(new TreeMap<>(quotas).entrySet());
    }

    int size() {
        return quotas.size();
    }

    double connectionRate(InetAddress address) {
        return connectionRates.getOrDefault(address, defaultConnectionRate);
    }

    /** The entity has these quotas from now on. */
    synchronized void put(QuotaEntity entity, Map<QuotaKey, Double> values) {
        Map<QuotaKey, Double> before =
                values.isEmpty() ? quotas.remove(entity) : quotas.put(entity, Map.copyOf(values));
        if (before != null) {
            before.keySet().forEach(key -> counts[key.ordinal()]--);
        }
        values.keySet().forEach(key -> counts[key.ordinal()]++);
        Optional<String> address = entity.parts().get(QuotaEntity.Kind.IP);
        if (address != null) {
            putRate(address, values.get(QuotaKey.CONNECTION_CREATION_RATE));
        }
        changed();
    }

    /** Begins anew with these. */
    synchronized void replace(Map<QuotaEntity, Map<QuotaKey, Double>> all) {
        for (QuotaEntity entity : List.copyOf(quotas.keySet())) {
            put(entity, Map.of());
        }
        all.forEach(this::put);
    }

    private void putRate(Optional<String> address, @Nullable Double rate) {
        if (address.isEmpty()) {
            defaultConnectionRate = rate == null ? Double.MAX_VALUE : rate;
        } else if (rate == null) {
            connectionRates.remove(InetAddress.ofLiteral(address.get()));
        } else {
            connectionRates.put(InetAddress.ofLiteral(address.get()), rate);
        }
    }

    private void changed() {
        int keys = 0;
        for (int i = 0; i < counts.length; i++) {
            keys |= counts[i] > 0 ? 1 << i : 0;
        }
        limitedKeys = keys;
        version = version + 1;
    }
}
