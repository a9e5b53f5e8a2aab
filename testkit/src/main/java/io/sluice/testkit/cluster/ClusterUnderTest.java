package io.sluice.testkit.cluster;

import io.sluice.testkit.BrokerUnderTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brokers that keep one cluster, ours or a peer's to compare with, as processes of their own. Owner: one thread. */
public interface ClusterUnderTest extends AutoCloseable {
    /** Where Kafka clients begin: every node, whether it runs or not. */
    String addresses();

    /** All of them; the first has the number 1. */
    List<? extends BrokerUnderTest> nodes();

    /** Creates topics that every node keeps. */
    void createTopics(List<String> names, int partitions, Map<String, String> configs);

    /** Who leads a partition as the nodes say; empty if nobody does or none answers. */
    Optional<Integer> leader(String topic, int partition);

    /** Ends all that run. */
    @Override
    void close();

    /** The node of that number. */
    default BrokerUnderTest nodeOf(int id) {
        return nodes().get(id - 1);
    }
}
