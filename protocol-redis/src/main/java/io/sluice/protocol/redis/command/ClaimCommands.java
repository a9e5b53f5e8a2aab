package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.GroupCommand.ClaimOptions;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamKey;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** XCLAIM and XAUTOCLAIM. */
final class ClaimCommands {
    private static final long STANDARD_COUNT = 100;
    private static final String BAD_COUNT = "ERR COUNT must be > 0";

    ClaimCommands() {}

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.ofKey("xclaim", -6, "write fast", this::claim),
                CommandSpec.ofKey("xautoclaim", -6, "write fast", this::claimIdle));
    }

    private Plan claim(Request request, Session session) {
        StreamKey key = request.key(1, session);
        String group = GroupNames.name(request, 2);
        return GroupNames.planOr(
                key,
                group,
                () -> {
                    long idleMs = request.integer(4, "ERR Invalid min-idle-time argument for XCLAIM");
                    List<EntryId> ids = new ArrayList<>();
                    int at = 5;
                    while (at < request.count()) {
                        Optional<EntryId> id = EntryId.parse(request.word(at), 0);
                        if (id.isEmpty()) {
                            break;
                        }
                        ids.add(id.get());
                        at++;
                    }
                    ClaimOptions options =
                            options(request, at, session.broker().streams().wallMs());
                    GroupCommand.Claim claim = new GroupCommand.Claim(
                            key, group, GroupNames.name(request, 3), Math.max(0, idleMs), ids, options);
                    return Plan.Fetch.of(claim, answer -> task(answer, claim, options.isJustIds(), false));
                },
                (missing, out) -> out.error(GroupNames.noGroup(key, group)));
    }

    private static ClaimOptions options(Request request, int from, long wallMs) {
        long timeMs = -1;
        long deliveries = -1;
        boolean isForced = false;
        boolean isJustIds = false;
        Optional<EntryId> lastId = Optional.empty();
        for (int i = from; i < request.count(); i++) {
            boolean hasMore = i + 1 < request.count();
            if (request.is(i, "force")) {
                isForced = true;
            } else if (request.is(i, "justid")) {
                isJustIds = true;
            } else if (hasMore && request.is(i, "idle")) {
                timeMs = wallMs - request.integer(++i, "ERR Invalid IDLE option argument for XCLAIM");
            } else if (hasMore && request.is(i, "time")) {
                timeMs = request.integer(++i, "ERR Invalid TIME option argument for XCLAIM");
            } else if (hasMore && request.is(i, "retrycount")) {
                deliveries = request.integer(++i, "ERR Invalid RETRYCOUNT option argument for XCLAIM");
            } else if (hasMore && request.is(i, "lastid")) {
                lastId = Optional.of(request.id(++i));
            } else {
                throw new RedisException("ERR Unrecognized XCLAIM option '" + GroupNames.name(request, i) + "'");
            }
        }
        return new ClaimOptions(timeMs, deliveries, isForced, isJustIds, lastId);
    }

    private Plan claimIdle(Request request, Session session) {
        StreamKey key = request.key(1, session);
        String group = GroupNames.name(request, 2);
        long idleMs = request.integer(4, "ERR Invalid min-idle-time argument for XAUTOCLAIM");
        EntryId from = RangeTask.start(request, 5);
        long count = STANDARD_COUNT;
        boolean isJustIds = false;
        for (int i = 6; i < request.count(); i++) {
            if (i + 1 < request.count() && request.is(i, "count")) {
                count = request.integer(++i, BAD_COUNT);
                if (count < 1) {
                    throw new RedisException(BAD_COUNT);
                }
            } else if (request.is(i, "justid")) {
                isJustIds = true;
            } else {
                throw Errors.syntax();
            }
        }
        boolean isShort = isJustIds;
        GroupCommand.ClaimIdle claim = new GroupCommand.ClaimIdle(
                key, group, GroupNames.name(request, 3), Math.max(0, idleMs), from, count, isShort);
        return Plan.Fetch.of(claim, answer -> task(answer, claim, isShort, true));
    }

    private static ReadTask task(StreamAnswer answer, GroupCommand command, boolean isJustIds, boolean hasCursor) {
        String name = hasCursor ? "xautoclaim" : "xclaim";
        return switch (answer) {
            case GroupAnswer.Claimed claimed -> new ClaimedTask(claimed, isJustIds, hasCursor);
            case GroupAnswer.NoGroup missing -> HandedTask.error(GroupNames.noGroup(missing.key(), command.group()));
            case StreamAnswer.Refused refused -> HandedTask.error(Errors.text(refused.fault(), name));
            default -> throw new IllegalArgumentException("the answer " + answer + " to " + name);
        };
    }

    /** Writes what was claimed. */
    private static final class ClaimedTask implements ReadTask {
        private final GroupAnswer.Claimed claimed;
        private final boolean isJustIds;
        private final boolean hasCursor;
        private final HandedReply entries;
        private boolean hasBegun;

        ClaimedTask(GroupAnswer.Claimed claimed, boolean isJustIds, boolean hasCursor) {
            this.claimed = claimed;
            this.isJustIds = isJustIds;
            this.hasCursor = hasCursor;
            entries = new HandedReply(claimed.view(), claimed.entries(), false);
        }

        @Override
        public Status step(Views views, boolean mayBlock, ReplyWriter out) {
            if (!hasBegun) {
                hasBegun = true;
                if (hasCursor) {
                    out.array(3);
                    out.id(claimed.next());
                }
            }
            Status status = isJustIds ? ids(out) : entries.step(mayBlock, out);
            if (status == Status.DONE && hasCursor) {
                out.array(claimed.gone().size());
                claimed.gone().forEach(out::id);
            }
            return status;
        }

        private Status ids(ReplyWriter out) {
            out.array(claimed.entries().count());
            for (int i = 0; i < claimed.entries().count(); i++) {
                out.id(claimed.entries().id(i));
            }
            return Status.DONE;
        }
    }
}
