package io.sluice.protocol.redis.command;

import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamView;
import java.util.List;

/** Commands that read streams. */
final class StreamReads {
    private static final List<String> INFO_HELP = List.of(
            "XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "CONSUMERS <key> <groupname>",
            "    Show consumers of <groupname>.",
            "GROUPS <key>",
            "    Show the stream consumer groups.",
            "STREAM <key> [FULL [COUNT <count>]",
            "    Show information about the stream.",
            "HELP",
            "    Print this help.");

    private static final long FULL_COUNT = 10;

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
        if (request.count() == 3) {
            return new Plan.Read(List.of(key), Operation.READ, InfoTask.shortOf(key));
        }
        long count;
        try {
            count = fullCount(request);
        } catch (RedisException wrong) {
            // It is told only where there is a key.
            return Plan.Read.quick(List.of(key), Operation.READ, (views, out) -> {
                boolean isThere = views.stream(key, "xinfo|stream").isPresent();
                throw isThere ? wrong : new RedisException(Errors.NO_SUCH_KEY);
            });
        }
        long entriesMax = count == 0 ? Long.MAX_VALUE : count;
        return Plan.Fetch.of(new GroupCommand.DescribeGroups(key, entriesMax), answer -> switch (answer) {
            case GroupAnswer.Groups groups -> InfoTask.fullOf(key, groups, entriesMax);
            case StreamAnswer.Refused refused -> HandedTask.error(Errors.text(refused.fault(), "xinfo|stream"));
            default -> throw new IllegalArgumentException("the answer " + answer + " to xinfo");
        });
    }

    private static long fullCount(Request request) {
        boolean isKnown =
                request.is(3, "full") && (request.count() == 4 || (request.count() == 6 && request.is(4, "count")));
        if (!isKnown) {
            throw new RedisException("ERR unknown subcommand or wrong number of arguments for '" + request.text(1)
                    + "'. Try XINFO HELP.");
        }
        long count = request.count() == 6 ? request.integer(5) : FULL_COUNT;
        return count < 0 ? FULL_COUNT : count;
    }
}
