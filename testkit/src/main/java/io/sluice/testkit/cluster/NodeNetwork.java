package io.sluice.testkit.cluster;

import io.sluice.testkit.BrokerCommand;
import java.util.Map;

/** What lies between the nodes of a cluster, and may be damaged. Nodes are numbered from 1. Owner: one thread. */
interface NodeNetwork extends AutoCloseable {
    /** A place for the next node; what it must be told to listen there. */
    Map<String, String> settings(int id);

    /** The node's program at its place. */
    BrokerCommand placed(int id, BrokerCommand command);

    /** The node listens for other nodes there, HOST:PORT. */
    void began(int id, String address);

    /** From now on what the one says to the other is lost without a word. */
    void lose(int from, int to);

    /** From now on everything takes longer, and never the same; some up to so many milliseconds, or some packets again. */
    void slow(int limitMs);

    /** Breaks all connections between nodes. */
    void tear();

    /** Whether nodes have cables. */
    boolean hasCables();

    /** Pulls the cable of a node: neither nodes nor clients reach it. */
    void unplug(int id);

    /** Nothing is lost or late any more. */
    void heal();

    @Override
    void close();
}
