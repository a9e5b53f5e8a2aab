package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamView;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** XRANGE and XREVRANGE. */
final class RangeTask implements ReadTask {
    private static final long NO_COUNT = -1;

    private final StreamKey key;
    private final EntryId first;
    private final EntryId last;
    private final long count;
    private final boolean isBackwards;
    private @Nullable EntriesReply entries;

    private RangeTask(StreamKey key, EntryId first, EntryId last, long count, boolean isBackwards) {
        this.key = key;
        this.first = first;
        this.last = last;
        this.count = count;
        this.isBackwards = isBackwards;
    }

    static RangeTask parse(Request request, Session session, boolean isBackwards) {
        EntryId first = start(request, isBackwards ? 3 : 2);
        EntryId last = end(request, isBackwards ? 2 : 3);
        long count = NO_COUNT;
        for (int i = 4; i < request.count(); i += 2) {
            if (!request.is(i, "count") || i + 1 == request.count()) {
                throw Errors.syntax();
            }
            count = Math.max(0, request.integer(i + 1));
        }
        return new RangeTask(request.key(1, session), first, last, count, isBackwards);
    }

    static EntryId start(Request request, int index) {
        byte[] word = request.word(index);
        if (isOne(word, '-')) {
            return EntryId.ZERO;
        }
        if (isOne(word, '+')) {
            return EntryId.MAX;
        }
        if (word.length > 1 && word[0] == '(') {
            EntryId before = bound(word, 0);
            if (before.equals(EntryId.MAX)) {
                throw new RedisException("ERR invalid start ID for the interval");
            }
            return before.next();
        }
        return EntryId.parse(word, 0).orElseThrow(() -> new RedisException(Errors.INVALID_ID));
    }

    static EntryId end(Request request, int index) {
        byte[] word = request.word(index);
        if (isOne(word, '-')) {
            return EntryId.ZERO;
        }
        if (isOne(word, '+')) {
            return EntryId.MAX;
        }
        if (word.length > 1 && word[0] == '(') {
            EntryId behind = bound(word, -1);
            if (behind.equals(EntryId.ZERO)) {
                throw new RedisException("ERR invalid end ID for the interval");
            }
            return behind.previous();
        }
        return EntryId.parse(word, -1).orElseThrow(() -> new RedisException(Errors.INVALID_ID));
    }

    private static EntryId bound(byte[] word, long missingSeq) {
        return EntryId.parse(Arrays.copyOfRange(word, 1, word.length), missingSeq)
                .orElseThrow(() -> new RedisException(Errors.INVALID_ID));
    }

    private static boolean isOne(byte[] word, char character) {
        return word.length == 1 && word[0] == character;
    }

    StreamKey key() {
        return key;
    }

    @Override
    public Status step(Views views, boolean mayBlock, ReplyWriter out) {
        EntriesReply current = entries;
        if (current == null) {
            Optional<StreamView> stream = views.stream(key, isBackwards ? "xrevrange" : "xrange");
            if (stream.isEmpty()) {
                out.array(0);
                return Status.DONE;
            }
            if (count == 0) {
                out.nilArray();
                return Status.DONE;
            }
            long from = stream.get().find(first, mayBlock);
            long to = last.equals(EntryId.MAX)
                    ? stream.get().endOffset()
                    : stream.get().find(last.next(), mayBlock);
            if (from == StreamView.ON_DISK || to == StreamView.ON_DISK) {
                return Status.ON_DISK;
            }
            long countMax = count == NO_COUNT ? Long.MAX_VALUE : count;
            current = new EntriesReply(stream.get(), from, Math.max(from, to), countMax, isBackwards);
            entries = current;
        }
        return current.step(mayBlock, out);
    }
}
