package io.sluice.broker.stream;

import static io.sluice.common.Check.check;

import io.sluice.common.TopicId;
import io.sluice.replication.PartitionReplica;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Ids being read from disk: consumers of one group want the same ones at the same time, and one look serves them. Any thread. */
final class IdLoads {
    private final ConcurrentMap<Place, Load> underWay = new ConcurrentHashMap<>();

    private record Place(TopicId topicId, long offset) {}

    /** One look; whoever comes first does it. */
    private static final class Load {
        private @Nullable IdRun run;

        synchronized IdRun run(PartitionReplica replica, long offset) {
            IdRun known = run;
            if (known == null) {
                known = IdRun.read(replica, offset, true);
                check(known != null, "a read that may block found nothing at offset %d", offset);
                run = known;
            }
            return known;
        }
    }

    /** Ids from the offset on; may block, and throws what reading does. */
    IdRun load(TopicId topicId, PartitionReplica replica, long offset) {
        Place place = new Place(topicId, offset);
        Load load = underWay.computeIfAbsent(place, same -> new Load());
        try {
            return load.run(replica, offset);
        } finally {
            underWay.remove(place, load);
        }
    }
}
