package io.sluice.log;

import java.util.List;

/** Segments in a row and the compacted ones that hold what is left of them, durable, for {@link PartitionLog#exchange}. */
public final class Replacement {
    private final List<Segment> sources;
    private final List<Segment> outputs;

    Replacement(List<Segment> sources, List<Segment> outputs) {
        this.sources = List.copyOf(sources);
        this.outputs = List.copyOf(outputs);
    }

    List<Segment> sources() {
        return sources;
    }

    List<Segment> outputs() {
        return outputs;
    }
}
