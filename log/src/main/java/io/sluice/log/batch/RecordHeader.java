package io.sluice.log.batch;

import org.jspecify.annotations.Nullable;

/**
 * A header for {@link BatchBuilder}. Two are equal if they are the same object.
 *
 * @param key any text
 * @param value any bytes, or null
 */
public record RecordHeader(String key, byte @Nullable [] value) {}
