package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.StreamService.KeyPage;
import java.util.List;

/** Through the keys of a database from a place in their order on, some at a time. One thread at a time. */
final class KeyWalk {
    /** What may be walked where nothing else may wait. */
    static final int STEP_KEYS = 1_000;

    private final StreamService streams;
    private final int database;
    private long from;
    private boolean isOver;

    KeyWalk(StreamService streams, int database, long from) {
        this.streams = streams;
        this.database = database;
        this.from = from;
    }

    /** Whether there are no more. */
    boolean isOver() {
        return isOver;
    }

    /** The next that the caller may see, perhaps none although there are more. */
    List<StreamKey> next() {
        KeyPage page = streams.keys(database, from, STEP_KEYS);
        from = page.nextOrder();
        isOver = page.isLast();
        return page.keys();
    }
}
