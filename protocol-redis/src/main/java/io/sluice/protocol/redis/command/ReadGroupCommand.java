package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.GroupCommand.From;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamKey;
import io.sluice.protocol.redis.command.HandedTask.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** XREADGROUP. */
final class ReadGroupCommand {
    private static final long NO_WAIT = -1;
    private static final long NO_CLAIM = -1;

    private final Request request;
    private final Session session;
    private @Nullable String group;
    private String consumer = "";
    private long count = Long.MAX_VALUE;
    private long blockMs = NO_WAIT;
    private long claimMs = NO_CLAIM;
    private boolean isAcknowledged;

    private ReadGroupCommand(Request request, Session session) {
        this.request = request;
        this.session = session;
    }

    static List<CommandSpec> all() {
        return List.of(CommandSpec.keyed(
                "xreadgroup",
                -7,
                "write blocking movablekeys",
                0,
                0,
                0,
                (request, session) -> new ReadGroupCommand(request, session).plan()));
    }

    private Plan plan() {
        int at = 1;
        while (at < request.count() && !isStreams(at)) {
            at = option(at);
        }
        if (at >= request.count()) {
            throw Errors.syntax();
        }
        int first = at + 1;
        int words = request.count() - first;
        if (words % 2 != 0) {
            throw new RedisException(
                    "ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be"
                            + " specified.");
        }
        String name = group;
        if (name == null) {
            throw new RedisException("ERR Missing GROUP option for XREADGROUP");
        }
        List<From> streams = new ArrayList<>();
        for (int i = 0; i < words / 2; i++) {
            try {
                streams.add(from(first + i, first + words / 2 + i));
            } catch (RedisException wrong) {
                return GroupNames.wrong(
                        request.keys(first, first + i + 1, session),
                        name,
                        wrong,
                        (missing, out) -> out.error(noGroup(missing.key(), name)));
            }
        }
        return plan(streams, name);
    }

    private boolean isStreams(int index) {
        return request.is(index, "streams") && index + 1 < request.count();
    }

    /** Index behind the option. */
    private int option(int index) {
        boolean hasMore = index + 1 < request.count();
        if (hasMore && request.is(index, "block")) {
            blockMs = ReadEntriesTask.timeout(request, index + 1);
            return index + 2;
        }
        if (hasMore && request.is(index, "count")) {
            long wanted = request.integer(index + 1);
            count = wanted <= 0 ? Long.MAX_VALUE : wanted;
            return index + 2;
        }
        if (hasMore && request.is(index, "claim")) {
            claimMs = request.integer(index + 1, "ERR min-idle-time is not an integer or out of range");
            if (claimMs < 0) {
                throw new RedisException("ERR min-idle-time must be a positive integer");
            }
            return index + 2;
        }
        if (index + 2 < request.count() && request.is(index, "group")) {
            group = GroupNames.name(request, index + 1);
            consumer = GroupNames.name(request, index + 2);
            return index + 3;
        }
        if (request.is(index, "noack")) {
            isAcknowledged = true;
            return index + 1;
        }
        throw Errors.syntax();
    }

    private From from(int keyAt, int idAt) {
        byte[] id = request.word(idAt);
        char mark = id.length == 1 ? (char) id[0] : 0;
        if (mark == '$' || mark == '+') {
            throw new RedisException("ERR The " + mark
                    + " ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by"
                    + " specifying a proper ID, or use the > ID to get new messages. The " + mark
                    + " ID would just return an empty result set.");
        }
        // Behind the last id of all there is nothing: to Redis it is another word for '>'.
        Optional<EntryId> after = mark == '>'
                ? Optional.empty()
                : Optional.of(request.id(idAt)).filter(last -> !last.equals(EntryId.MAX));
        return new From(request.key(keyAt, session), after);
    }

    private Plan plan(List<From> streams, String name) {
        GroupCommand.ReadGroup read =
                new GroupCommand.ReadGroup(streams, name, consumer, count, isAcknowledged, claimMs);
        return blockMs == NO_WAIT
                ? Plan.Fetch.of(read, answer -> task(answer, read))
                : new Plan.Await(read, blockMs, answer -> task(answer, read));
    }

    private static ReadTask task(StreamAnswer answer, GroupCommand.ReadGroup read) {
        return switch (answer) {
            case GroupAnswer.Handed handed -> {
                List<Part> parts = new ArrayList<>();
                for (GroupAnswer.HandedStream stream : handed.streams()) {
                    parts.add(Part.of(stream, read.claimIdleMs() >= 0 && isNew(stream.key(), read)));
                }
                yield new HandedTask(parts);
            }
            case GroupAnswer.NoGroup missing -> HandedTask.error(noGroup(missing.key(), read.group()));
            case StreamAnswer.Refused refused -> HandedTask.error(Errors.text(refused.fault(), "xreadgroup"));
            default -> throw new IllegalArgumentException("the answer " + answer + " to xreadgroup");
        };
    }

    private static boolean isNew(StreamKey key, GroupCommand.ReadGroup read) {
        return read.streams().stream()
                .anyMatch(from -> from.key().equals(key) && from.after().isEmpty());
    }

    private static String noGroup(StreamKey key, String group) {
        return GroupNames.noGroup(key, group) + " in XREADGROUP with GROUP option";
    }
}
