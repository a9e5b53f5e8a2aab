package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/** KEYS: many are looked through where blocking is allowed, and written in pieces. */
final class KeysTask implements ReadTask {
    private static final int PIECE_BYTES = 64 * 1024;

    private final StreamService streams;
    private final int database;
    private final Glob pattern;
    private final List<StreamKey> found = new ArrayList<>();
    private boolean isFound;
    private int written;

    KeysTask(StreamService streams, int database, Glob pattern) {
        this.streams = streams;
        this.database = database;
        this.pattern = pattern;
    }

    @Override
    public Status step(Views views, boolean mayBlock, ReplyWriter out) {
        if (!isFound && !mayBlock && streams.keyCount(database) > KeyWalk.STEP_KEYS) {
            return Status.ON_DISK;
        }
        int start = out.out().writerIndex();
        if (!isFound) {
            find();
            out.array(found.size());
        }
        while (written < found.size()) {
            if (out.out().writerIndex() - start >= PIECE_BYTES) {
                return Status.MORE;
            }
            out.bulk(found.get(written).name());
            written++;
        }
        return Status.DONE;
    }

    private void find() {
        KeyWalk walk = new KeyWalk(streams, database, 0);
        while (!walk.isOver()) {
            for (StreamKey key : walk.next()) {
                if (pattern.matches(key.name())) {
                    found.add(key);
                }
            }
        }
        isFound = true;
    }
}
