package io.sluice.broker.api;

/** Where a delivery group begins in a partition: found once, when the group first comes there, or when it is reset. */
public sealed interface DeliveryStart {
    /** At the first record there is. */
    record Earliest() implements DeliveryStart {}

    /** Behind the last record there is. */
    record Latest() implements DeliveryStart {}

    /** At an offset; below the first record it is the first, behind the end the end. */
    record Offset(long offset) implements DeliveryStart {}

    /** At the first record whose timestamp is at least this, in epoch milliseconds; at the end if there is none. */
    record Time(long timestampMs) implements DeliveryStart {}

    /** As {@link Time}, so long before now. */
    record Ago(long durationMs) implements DeliveryStart {}

    /** So many offsets before the end. */
    record Last(long recordCount) implements DeliveryStart {}
}
