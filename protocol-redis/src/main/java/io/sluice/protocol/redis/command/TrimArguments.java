package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupCommand.References;
import io.sluice.broker.api.StreamTrim;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The options that XADD and XTRIM share, in any order: MAXLEN or MINID with {@code =} or {@code ~}, and LIMIT. */
final class TrimArguments {
    private static final long LIMIT_BLOCKS = 100;
    private static final long LIMIT_MAX = 1_000_000;

    private final Request request;
    private final int blockEntries;
    private StreamTrim.@Nullable Bound bound;
    private boolean isRough;
    private boolean hasLimit;
    private long limit;
    private References references = References.KEEP;

    TrimArguments(Request request, int blockEntries) {
        this.request = request;
        this.blockEntries = blockEntries;
    }

    /** Takes the option at the index; answers the index behind it, or the same if it is none of these. */
    int take(int index) {
        boolean hasMore = index + 1 < request.count();
        if (hasMore && request.is(index, "maxlen")) {
            int at = takeMode(index);
            long count = request.integer(at);
            if (count < 0) {
                throw new RedisException("ERR The MAXLEN argument must be >= 0.");
            }
            bound = new StreamTrim.Newest(count);
            return at + 1;
        }
        if (hasMore && request.is(index, "minid")) {
            int at = takeMode(index);
            bound = new StreamTrim.From(request.id(at));
            return at + 1;
        }
        if (hasMore && request.is(index, "limit")) {
            limit = request.integer(index + 1);
            if (limit < 0) {
                throw new RedisException("ERR The LIMIT argument must be >= 0.");
            }
            hasLimit = true;
            return index + 2;
        }
        return takeReferences(index);
    }

    private int takeReferences(int index) {
        if (request.is(index, "keepref")) {
            references = References.KEEP;
        } else if (request.is(index, "delref")) {
            references = References.DELETE;
        } else if (request.is(index, "acked")) {
            references = References.ACKNOWLEDGED;
        } else {
            return index;
        }
        return index + 1;
    }

    /** Index of the number. */
    private int takeMode(int index) {
        if (bound != null) {
            throw new RedisException("ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
        }
        boolean hasMode = index + 2 < request.count() && request.word(index + 1).length == 1;
        isRough = hasMode && request.is(index + 1, "~");
        return isRough || (hasMode && request.is(index + 1, "=")) ? index + 2 : index + 1;
    }

    /** What is to be trimmed, after all options were taken. */
    Optional<StreamTrim> trim() {
        StreamTrim.Bound wanted = bound;
        if (wanted == null) {
            if (hasLimit && limit > 0) {
                throw new RedisException(
                        "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
            }
            return Optional.empty();
        }
        if (hasLimit && !isRough) {
            throw new RedisException("ERR syntax error, LIMIT cannot be used without the special ~ option");
        }
        long standard = Math.min(LIMIT_MAX, LIMIT_BLOCKS * blockEntries);
        return Optional.of(new StreamTrim(wanted, isRough, !isRough ? 0 : hasLimit ? limit : standard, references));
    }

    /** An id whose seq may be a star: empty then. */
    static Optional<Long> timeOf(byte[] word) {
        int length = word.length;
        boolean isStarred = length > 2 && word[length - 1] == '*' && word[length - 2] == '-';
        return isStarred && EntryId.isNumber(word, 0, length - 2)
                ? Optional.of(EntryId.number(word, 0, length - 2))
                : Optional.empty();
    }
}
