package io.sluice.cli.records;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record to produce.
 *
 * @param key the key's bytes, null for none
 * @param value the value's bytes, null for a tombstone
 * @param headers in order; names may repeat
 * @param partition where it must go; empty lets the key or the producer choose
 * @param timestampMs its time, milliseconds since 1970; empty takes the time of sending
 */
public record InputRecord(
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers,
        OptionalInt partition,
        OptionalLong timestampMs) {

    static InputRecord of(byte @Nullable [] key, byte @Nullable [] value) {
        return new InputRecord(key, value, List.of(), OptionalInt.empty(), OptionalLong.empty());
    }
}
