package io.sluice.common;

import java.util.function.Consumer;

/**
 * Something that counts a bounded number of things. Hot paths count in plain fields with one writer; this reads them now and
 * then. What counts one number for each of many things, such as topics, is a {@link SeriesSource}.
 */
public interface MetricSource {
    /** Hands over every number. Any thread; never blocks. */
    void collect(Consumer<Metric> consumer);
}
