package io.sluice.common;

import java.util.function.Consumer;

/** Something that counts. Hot paths count in plain fields with one writer; this reads them now and then. */
public interface MetricSource {
    /** Hands over every number. Any thread; never blocks. */
    void collect(Consumer<Metric> consumer);
}
