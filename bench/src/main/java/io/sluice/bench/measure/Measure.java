package io.sluice.bench.measure;

import io.sluice.bench.peer.Contender;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One comparison. Measures have no state: every run stands for itself. */
public interface Measure {
    /** The word that selects it on the command line. */
    String name();

    /** What is measured, in a few words. */
    String title();

    /** Ours, as it takes part. */
    Contender ours();

    /** The peer, as it takes part. */
    Contender theirs();

    /** Which figures become rows. */
    List<Row> rows();

    /** About how long one run on one contender takes, in seconds. */
    int secondsPerRun();

    /**
     * Starts {@code contender} on the empty folder {@code data}, measures, ends it, and answers figures by name.
     *
     * @throws RuntimeException if the broker breaks a promise on the way; the figures would be worthless
     */
    Map<String, Double> run(Contender contender, Path data);
}
