package io.sluice.broker.quota;

import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaKey;

/** A change of the quotas; formats in the package's description. */
sealed interface QuotaEvent {
    /** Whose quota changes. */
    QuotaEntity entity();

    /** Which. */
    QuotaKey key();

    /** The quota has this value. */
    record QuotaSet(QuotaEntity entity, QuotaKey key, double value) implements QuotaEvent {}

    /** There is no such quota any more. */
    record QuotaRemoved(QuotaEntity entity, QuotaKey key) implements QuotaEvent {}
}
