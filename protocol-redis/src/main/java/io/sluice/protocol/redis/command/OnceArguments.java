package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamCommand.Once;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The options of XADD that tell an entry from others of its producer: IDMP with an id, IDMPAUTO without. */
final class OnceArguments {
    private final Request request;
    private @Nullable Once once;

    OnceArguments(Request request) {
        this.request = request;
    }

    /** Takes the option at the index; answers the index behind it, or the same if it is none of these. */
    int take(int index) {
        if (request.is(index, "idmpauto") && index + 1 < request.count()) {
            checkFirst();
            once = new Once(word(request, index + 1, "IDMPAUTO requires a non-empty producer ID"), Optional.empty());
            return index + 2;
        }
        if (request.is(index, "idmp") && index + 2 < request.count()) {
            checkFirst();
            byte[] producer = word(request, index + 1, "IDMP requires a non-empty producer ID");
            once = new Once(producer, Optional.of(word(request, index + 2, "IDMP requires a non-empty idempotent ID")));
            return index + 3;
        }
        return index;
    }

    private void checkFirst() {
        if (once != null) {
            throw new RedisException("ERR syntax error, IDMP/IDMPAUTO specified multiple times");
        }
    }

    static byte[] word(Request request, int index, String ifEmpty) {
        byte[] word = request.word(index);
        if (word.length == 0) {
            throw new RedisException("ERR syntax error, " + ifEmpty);
        }
        return word;
    }

    /** What was taken. */
    Optional<Once> once() {
        return Optional.ofNullable(once);
    }
}
