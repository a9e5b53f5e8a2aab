package io.sluice.server.demo;

import java.util.List;

/** Shows what the consumer sees. For one thread. */
sealed interface QuakeView permits LiveTable, PlainLines {

    /**
     * A record as the consumer got it.
     *
     * @param offset its place in the topic
     * @param event what it says
     */
    record Seen(long offset, Earthquake event) {}

    /** Adds a record that an earlier run left. */
    void addEarlier(Seen seen);

    /** Adds a record that was just read. */
    void add(Seen seen);

    /** Shows a line for each node; called several times a second. */
    void nodes(List<String> lines);

    /** Tells how far the producer and the consumer are; called several times a second. */
    void status(String text);
}
