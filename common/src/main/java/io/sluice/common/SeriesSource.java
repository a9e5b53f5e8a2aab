package io.sluice.common;

import java.util.List;

/** Something that has one number for each of many things, such as topics, handed over without an object for each. */
public interface SeriesSource {
    /** Hands over every family, one after the other. Called on threads that may block, at most for a second or so. */
    void collect(SeriesConsumer consumer);

    /** Takes families and, after each, its samples. One thread. */
    interface SeriesConsumer {
        /** What follows belongs to the family; no other source has one of this name. */
        void family(String name, Metric.Kind kind, String help, List<String> labelNames);

        /** A sample of a family with one label. */
        void sample(String labelValue, double value);

        /** A sample of a family with two labels. */
        void sample(String firstLabelValue, String secondLabelValue, double value);
    }
}
