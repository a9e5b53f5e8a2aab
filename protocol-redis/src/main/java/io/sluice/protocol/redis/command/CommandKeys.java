package io.sluice.protocol.redis.command;

import java.util.ArrayList;
import java.util.List;

/** Which words of a request are keys. */
final class CommandKeys {
    private CommandKeys() {}

    static List<byte[]> of(CommandSpec spec, Request request) {
        if (spec.flags().contains("movablekeys")) {
            return behindStreams(request);
        }
        if (spec.firstKey() == 0) {
            return List.of();
        }
        int last = spec.lastKey() < 0 ? request.count() + spec.lastKey() : spec.lastKey();
        List<byte[]> keys = new ArrayList<>();
        for (int i = spec.firstKey(); i <= Math.min(last, request.count() - 1); i += spec.keyStep()) {
            keys.add(request.word(i));
        }
        return keys;
    }

    /** The first half of what follows the word STREAMS. */
    private static List<byte[]> behindStreams(Request request) {
        for (int i = 1; i < request.count(); i++) {
            if (request.is(i, "streams")) {
                int count = (request.count() - i - 1) / 2;
                return List.copyOf(request.words().subList(i + 1, i + 1 + count));
            }
        }
        return List.of();
    }
}
