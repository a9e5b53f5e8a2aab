package io.sluice.broker.delivery;

import io.sluice.replication.PartitionReplica;
import java.util.LinkedHashMap;
import java.util.Set;

/** What was found of dead letters in partitions of this node, of the groups that asked last. Any thread. */
final class FoundLetters {
    private static final int BOXES_MAX = 16;

    private final LinkedHashMap<LetterTurns.Box, Search> searches = new LinkedHashMap<>(16, 0.75f, true);

    private record Search(PartitionReplica replica, DeadLetterSearch search) {}

    /** Of the group's offsets within the bounds those that have a letter in the box; blocks. Throws as {@link LetterBox#open} does. */
    Set<Long> offsets(LocalLetterBox box, long first, long last) {
        return search(box).offsets(first, last);
    }

    private synchronized DeadLetterSearch search(LocalLetterBox box) {
        LetterTurns.Box place = new LetterTurns.Box(box.group(), box.dead().id(), box.partition());
        Search known = searches.get(place);
        // A partition that left this node and came back is another object.
        if (known == null || known.replica() != box.replica()) {
            known = new Search(box.replica(), DeadLetterSearch.in(box.replica(), new DeadLetterKey(box.group())));
            searches.put(place, known);
        }
        if (searches.size() > BOXES_MAX) {
            searches.pollFirstEntry();
        }
        return known.search();
    }
}
