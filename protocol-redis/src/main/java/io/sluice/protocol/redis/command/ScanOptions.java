package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamKey;

/**
 * Options of SCAN. The cursor is a place in the order of keys, so a walk meets every key that is there all the while, once.
 *
 * @param cursor where to go on
 * @param count about so many keys are looked at, at most so many as others can wait for
 * @param pattern keys that fit are given
 * @param isOfStreams whether the wanted type is the one there is
 */
record ScanOptions(long cursor, int count, Glob pattern, boolean isOfStreams) {
    private static final int COUNT = 10;
    private static final int COUNT_MAX = 10_000;
    private static final byte[] ALL = {'*'};

    static ScanOptions parse(Request request) {
        byte[] cursor = request.word(1);
        if (!EntryId.isNumber(cursor, 0, cursor.length)) {
            throw new RedisException("ERR invalid cursor");
        }
        long count = COUNT;
        byte[] pattern = ALL;
        boolean isOfStreams = true;
        for (int i = 2; i < request.count(); i += 2) {
            if (i + 1 == request.count()) {
                throw Errors.syntax();
            }
            switch (request.lower(i)) {
                case "count" -> count = request.integer(i + 1);
                case "match" -> pattern = request.word(i + 1);
                case "type" -> isOfStreams = request.is(i + 1, "stream");
                default -> throw Errors.syntax();
            }
        }
        if (count < 1) {
            throw Errors.syntax();
        }
        long from = Math.max(0, EntryId.number(cursor, 0, cursor.length));
        return new ScanOptions(from, (int) Math.min(count, COUNT_MAX), new Glob(pattern), isOfStreams);
    }

    boolean accepts(StreamKey key) {
        return isOfStreams && pattern.matches(key.name());
    }
}
