package io.sluice.protocol.redis.command;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamView;
import java.util.List;

/** Commands that read streams. */
final class StreamReads {
    private static final List<String> INFO_HELP = List.of(
            "XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "STREAM <key> [FULL [COUNT <count>]",
            "    Show information about a stream.",
            "HELP",
            "    Print this help.");

    StreamReads() {}

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.ofKey("xlen", 2, "readonly fast", this::length),
                CommandSpec.ofKey("xrange", -4, "readonly", (request, session) -> range(request, session, false)),
                CommandSpec.ofKey("xrevrange", -4, "readonly", (request, session) -> range(request, session, true)),
                CommandSpec.keyed("xread", -4, "readonly blocking movablekeys", 0, 0, 0, this::read),
                CommandSpec.keyed("xinfo|stream", -3, "readonly", 2, 2, 1, this::info),
                CommandSpec.of(
                        "xinfo|help",
                        2,
                        "loading stale",
                        (request, session) -> new Plan.Now(out -> out.simples(INFO_HELP))));
    }

    private Plan length(Request request, Session session) {
        StreamKey key = request.key(1, session);
        return Plan.Read.quick(
                List.of(key),
                Operation.DESCRIBE,
                (views, out) -> out.integer(
                        views.stream(key, "xlen").map(StreamView::length).orElse(0L)));
    }

    private static Plan range(Request request, Session session, boolean isBackwards) {
        RangeTask task = RangeTask.parse(request, session, isBackwards);
        return new Plan.Read(List.of(task.key()), Operation.READ, task);
    }

    private Plan read(Request request, Session session) {
        ReadEntriesTask task = ReadEntriesTask.parse(request, session);
        return new Plan.Read(task.keys(), Operation.READ, task);
    }

    private Plan info(Request request, Session session) {
        StreamKey key = request.key(2, session);
        boolean isFull = request.count() > 3;
        long count = 10;
        if (isFull && (!request.is(3, "full") || request.count() == 5 || request.count() > 6)) {
            throw Errors.syntax();
        }
        if (request.count() == 6) {
            if (!request.is(4, "count")) {
                throw Errors.syntax();
            }
            count = Math.max(0, request.integer(5));
        }
        return new Plan.Read(List.of(key), Operation.READ, new InfoTask(key, isFull, count));
    }
}
