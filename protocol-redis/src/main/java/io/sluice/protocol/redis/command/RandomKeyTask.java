package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.StreamService.KeyPage;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.List;

/**
 * RANDOMKEY: the first behind a random place in the order of keys, which is random itself. For those who may see only few of many
 * it looks on where blocking is allowed.
 */
final class RandomKeyTask implements ReadTask {
    private final StreamService streams;
    private final int database;
    private final long place;

    RandomKeyTask(StreamService streams, int database, long place) {
        this.streams = streams;
        this.database = database;
        this.place = place;
    }

    @Override
    public Status step(Views views, boolean mayBlock, ReplyWriter out) {
        KeyPage behind = streams.keys(database, place, 1);
        List<StreamKey> found = behind.keys().isEmpty() && behind.isLast()
                ? streams.keys(database, 0, 1).keys()
                : behind.keys();
        if (found.isEmpty() && streams.keyCount(database) > 0) {
            if (!mayBlock) {
                return Status.ON_DISK;
            }
            found = first(place);
            found = found.isEmpty() ? first(0) : found;
        }
        if (found.isEmpty()) {
            out.nil();
        } else {
            out.bulk(found.getFirst().name());
        }
        return Status.DONE;
    }

    private List<StreamKey> first(long from) {
        KeyWalk walk = new KeyWalk(streams, database, from);
        List<StreamKey> found = walk.next();
        while (found.isEmpty() && !walk.isOver()) {
            found = walk.next();
        }
        return found;
    }
}
