package io.sluice.broker.api;

import java.util.Map;

/**
 * The quotas of one entity.
 *
 * @param entity whose
 * @param values at least one
 */
public record QuotaEntry(QuotaEntity entity, Map<QuotaKey, Double> values) {}
