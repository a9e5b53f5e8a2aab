package io.sluice.broker.api;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * A change of one entity's quotas.
 *
 * @param entity whose
 * @param values the new value by Kafka's name of the quota, empty to remove it
 */
public record QuotaAlteration(QuotaEntity entity, Map<String, OptionalDouble> values) {
    public QuotaAlteration {
        values = Map.copyOf(values);
    }
}
