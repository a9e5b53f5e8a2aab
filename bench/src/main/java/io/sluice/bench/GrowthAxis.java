package io.sluice.bench;

import io.sluice.bench.measure.GrowthMeasure.Size;
import java.util.List;
import java.util.Locale;

/** What grows while everything else stays as it is. */
enum GrowthAxis {
    /** Of one topic, on three nodes with a shard each. */
    PARTITIONS(List.of(10, 100, 1_000, 10_000), true),
    /** Of three nodes; there are as many as nodes at least. */
    SHARDS(List.of(3, 4, 8, 16), true),
    /** With a shard each; three of them keep each partition, once there are three. */
    NODES(List.of(1, 3, 5), false);

    private static final int NODES_USUAL = 3;

    /** As many for each of one to five nodes, and some for each of sixteen shards. */
    private static final int PARTITIONS_USUAL = 240;

    private final List<Integer> points;
    private final boolean isLogarithmic;

    GrowthAxis(List<Integer> points, boolean isLogarithmic) {
        this.points = points;
        this.isLogarithmic = isLogarithmic;
    }

    /** Its name for people and files. */
    String words() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<Integer> points() {
        return points;
    }

    boolean isLogarithmic() {
        return isLogarithmic;
    }

    /** The cluster of a point. */
    Size size(int point) {
        return switch (this) {
            case PARTITIONS -> new Size(NODES_USUAL, 1, point);
            case SHARDS -> new Size(NODES_USUAL, point, PARTITIONS_USUAL);
            case NODES -> new Size(point, 1, PARTITIONS_USUAL);
        };
    }
}
