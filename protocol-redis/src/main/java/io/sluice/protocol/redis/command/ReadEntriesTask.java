package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamView;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** XREAD. */
final class ReadEntriesTask implements ReadTask {
    private static final long NO_WAIT = -1;

    private final List<From> streams;
    private final long count;
    private final long blockMs;
    private boolean hasBegun;
    private final List<Ready> ready = new ArrayList<>();
    private int at;
    private boolean isKeyWritten;

    /** Where one stream is read from; {@code $} and {@code +} are replaced by ids at the first look. */
    private static final class From {
        private final StreamKey key;
        private final char mark;
        private EntryId after;
        private boolean isFixed;

        From(StreamKey key, char mark, EntryId after) {
            this.key = key;
            this.mark = mark;
            this.after = after;
            isFixed = mark == 0;
        }
    }

    private record Ready(StreamKey key, EntriesReply entries) {}

    private ReadEntriesTask(List<From> streams, long count, long blockMs) {
        this.streams = streams;
        this.count = count;
        this.blockMs = blockMs;
    }

    static ReadEntriesTask parse(Request request, Session session) {
        long count = Long.MAX_VALUE;
        long blockMs = NO_WAIT;
        for (int i = 1; i < request.count(); i++) {
            boolean hasMore = i + 1 < request.count();
            if (hasMore && request.is(i, "block")) {
                blockMs = timeout(request, ++i);
            } else if (hasMore && request.is(i, "count")) {
                long wanted = request.integer(++i);
                count = wanted <= 0 ? Long.MAX_VALUE : wanted;
            } else if (hasMore && request.is(i, "streams")) {
                return new ReadEntriesTask(streams(request, session, i + 1), count, blockMs);
            } else {
                throw notOfXread(request, i);
            }
        }
        throw Errors.syntax();
    }

    private static RedisException notOfXread(Request request, int index) {
        boolean isOfGroups = (request.is(index, "group") && index + 2 < request.count())
                || request.is(index, "noack")
                || (request.is(index, "claim") && index + 1 < request.count());
        return isOfGroups
                ? new RedisException("ERR The " + request.text(index).toUpperCase(Locale.ROOT)
                        + " option is only supported by XREADGROUP. You called XREAD instead.")
                : Errors.syntax();
    }

    static long timeout(Request request, int index) {
        long ms = request.integer(index, "ERR timeout is not an integer or out of range");
        if (ms < 0) {
            throw new RedisException("ERR timeout is negative");
        }
        return ms;
    }

    private static List<From> streams(Request request, Session session, int first) {
        int words = request.count() - first;
        if (words % 2 != 0) {
            throw new RedisException(
                    "ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must be specified.");
        }
        List<From> streams = new ArrayList<>();
        for (int i = 0; i < words / 2; i++) {
            int idAt = first + words / 2 + i;
            byte[] id = request.word(idAt);
            char mark = id.length == 1 && (id[0] == '$' || id[0] == '+') ? (char) id[0] : 0;
            if (id.length == 1 && id[0] == '>') {
                throw new RedisException(
                        "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group>"
                                + " <consumer> option.");
            }
            streams.add(new From(request.key(first + i, session), mark, mark == 0 ? request.id(idAt) : EntryId.ZERO));
        }
        return streams;
    }

    List<StreamKey> keys() {
        return streams.stream().map(from -> from.key).toList();
    }

    @Override
    public long waitMs() {
        return blockMs;
    }

    @Override
    public Status step(Views views, boolean mayBlock, ReplyWriter out) {
        if (!hasBegun) {
            Status looked = look(views, mayBlock);
            if (looked != Status.DONE) {
                return looked;
            }
            if (ready.isEmpty()) {
                if (blockMs != NO_WAIT) {
                    return Status.WAIT;
                }
                out.nilArray();
                return Status.DONE;
            }
            Status gathered = gather(mayBlock, out.isVersion3());
            if (gathered != Status.DONE) {
                return gathered;
            }
            hasBegun = true;
            if (out.isVersion3()) {
                out.map(ready.size());
            } else {
                out.array(ready.size());
            }
        }
        return write(mayBlock, out);
    }

    private Status look(Views views, boolean mayBlock) {
        ready.clear();
        for (From from : streams) {
            Optional<StreamView> stream = views.stream(from.key, "xread");
            boolean isLast = from.mark == '+' && !from.isFixed;
            fix(from, stream);
            if (stream.isEmpty() || stream.get().length() == 0) {
                continue;
            }
            StreamView view = stream.get();
            if (isLast) {
                ready.add(new Ready(
                        from.key,
                        new EntriesReply(view, view.offsetBack(view.endOffset(), 1), view.endOffset(), 1, false)));
            } else if (view.lastId().isAfter(from.after)) {
                long offset = view.find(from.after.next(), mayBlock);
                if (offset == StreamView.ON_DISK) {
                    from.isFixed = true;
                    return Status.ON_DISK;
                }
                if (view.countBetween(offset, view.endOffset()) > 0) {
                    ready.add(new Ready(from.key, new EntriesReply(view, offset, view.endOffset(), count, false)));
                }
            }
        }
        return Status.DONE;
    }

    private Status gather(boolean mayBlock, boolean isVersion3) {
        long gatheredBytes = 0;
        for (Ready each : ready) {
            Status status = each.entries().gather(mayBlock, isVersion3);
            if (status != Status.DONE) {
                return status;
            }
            gatheredBytes += each.entries().gatheredBytes();
            EntriesReply.checkSize(gatheredBytes);
        }
        return Status.DONE;
    }

    private static void fix(From from, Optional<StreamView> stream) {
        if (!from.isFixed) {
            from.isFixed = from.mark != '+' || stream.isEmpty() || stream.get().length() == 0;
            from.after = stream.map(StreamView::lastId).orElse(EntryId.ZERO);
        }
    }

    private Status write(boolean mayBlock, ReplyWriter out) {
        Ready current = ready.get(at);
        if (!isKeyWritten) {
            isKeyWritten = true;
            if (!out.isVersion3()) {
                out.array(2);
            }
            out.bulk(current.key().name());
        }
        Status status = current.entries().step(mayBlock, out);
        if (status != Status.DONE) {
            return status;
        }
        at++;
        isKeyWritten = false;
        return at == ready.size() ? Status.DONE : Status.MORE;
    }
}
