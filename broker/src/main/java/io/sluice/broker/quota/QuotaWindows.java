package io.sluice.broker.quota;

import io.sluice.broker.config.ClientLimitConfigs;
import io.sluice.broker.config.ConfigValues;

/**
 * Over what time uses are counted.
 *
 * @param count windows that are remembered, the current one included
 * @param lengthMs of each
 * @param mutationCount likewise for {@code controller_mutation_rate}
 * @param mutationLengthMs likewise
 */
public record QuotaWindows(int count, long lengthMs, int mutationCount, long mutationLengthMs) {
    private static final long SECOND_MS = 1_000;

    /** As configured. */
    public static QuotaWindows of(ConfigValues values) {
        return new QuotaWindows(
                values.get(ClientLimitConfigs.QUOTA_WINDOW_COUNT),
                values.get(ClientLimitConfigs.QUOTA_WINDOW_SECONDS) * SECOND_MS,
                values.get(ClientLimitConfigs.MUTATION_WINDOW_COUNT),
                values.get(ClientLimitConfigs.MUTATION_WINDOW_SECONDS) * SECOND_MS);
    }
}
