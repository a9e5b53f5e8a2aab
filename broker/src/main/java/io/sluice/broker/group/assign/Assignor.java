package io.sluice.broker.group.assign;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deals the partitions of subscribed topics out to the members of a group. Stateless. */
public sealed interface Assignor permits UniformAssignor, RangeAssignor {
    /** All of them; the first is what a broker uses unless it is told otherwise. */
    List<Assignor> ALL = List.of(new UniformAssignor(), new RangeAssignor());

    /** Its name in the protocol. */
    String name();

    /**
     * Who reads what: an entry for every member. Every partition of a topic that somebody subscribes to has exactly one
     * reader, who subscribes to it. Equal readings give equal results.
     */
    Map<String, PartitionSet> assign(Reading reading);

    /** The assignor of the name. */
    static Optional<Assignor> find(String name) {
        return ALL.stream().filter(assignor -> assignor.name().equals(name)).findFirst();
    }
}
