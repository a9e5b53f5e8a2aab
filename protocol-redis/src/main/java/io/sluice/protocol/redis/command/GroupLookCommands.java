package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.PendingEntry;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamKey;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.List;
import java.util.Optional;

/** What tells of groups: XPENDING, XINFO GROUPS, XINFO CONSUMERS. */
final class GroupLookCommands {
    GroupLookCommands() {}

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.ofKey("xpending", -3, "readonly", this::pending),
                CommandSpec.keyed("xinfo|groups", 3, "readonly", 2, 2, 1, this::groups),
                CommandSpec.keyed("xinfo|consumers", 4, "readonly", 2, 2, 1, this::consumers));
    }

    private Plan pending(Request request, Session session) {
        StreamKey key = request.key(1, session);
        String group = GroupNames.name(request, 2);
        int count = request.count();
        if (count == 3) {
            return Plan.Change.of(new GroupCommand.SumPending(key, group), (answer, out) -> {
                if (answer instanceof GroupAnswer.PendingSum sum) {
                    sum(sum, out);
                } else {
                    refused(answer, group, out);
                }
            });
        }
        if (count < 6 || count > 9) {
            throw Errors.syntax();
        }
        boolean hasIdle = request.is(3, "idle");
        long idleMs = hasIdle ? request.integer(4) : 0;
        if (hasIdle && count < 8) {
            throw Errors.syntax();
        }
        int at = hasIdle ? 5 : 3;
        long countMax = Math.max(0, request.integer(at + 2));
        EntryId from = RangeTask.start(request, at);
        EntryId to = RangeTask.end(request, at + 1);
        Optional<String> consumer = at + 3 < count ? Optional.of(GroupNames.name(request, at + 3)) : Optional.empty();
        GroupCommand list = new GroupCommand.ListPending(key, group, idleMs, from, to, countMax, consumer);
        return Plan.Change.of(list, (answer, out) -> {
            if (answer instanceof GroupAnswer.PendingList pending) {
                out.array(pending.entries().size());
                pending.entries().forEach(entry -> entry(entry, pending.wallMs(), out));
            } else {
                refused(answer, group, out);
            }
        });
    }

    private static void sum(GroupAnswer.PendingSum sum, ReplyWriter out) {
        out.array(4);
        out.integer(sum.count());
        sum.first().ifPresentOrElse(out::id, out::nil);
        sum.last().ifPresentOrElse(out::id, out::nil);
        if (sum.count() == 0) {
            out.nilArray();
            return;
        }
        out.array(sum.holders().size());
        for (GroupAnswer.Holder holder : sum.holders()) {
            out.array(2);
            out.bulk(GroupNames.bytes(holder.consumer()));
            out.bulk(Long.toString(holder.count()));
        }
    }

    private static void entry(PendingEntry entry, long wallMs, ReplyWriter out) {
        out.array(4);
        out.id(entry.id());
        out.bulk(GroupNames.bytes(entry.consumer()));
        out.integer(entry.isGivenBack() ? -1 : Math.max(0, wallMs - entry.timeMs()));
        out.integer(entry.deliveries());
    }

    private static void refused(StreamAnswer answer, String group, ReplyWriter out) {
        if (answer instanceof GroupAnswer.NoGroup missing) {
            out.error(GroupNames.noGroup(missing.key(), group));
        } else {
            StreamWrites.reply(answer, "xpending", out);
        }
    }

    private Plan groups(Request request, Session session) {
        return Plan.Change.of(new GroupCommand.DescribeGroups(request.key(2, session), 0), (answer, out) -> {
            if (answer instanceof GroupAnswer.Groups groups) {
                out.array(groups.groups().size());
                groups.groups().forEach(group -> group(group, out));
            } else {
                StreamWrites.reply(answer, "xinfo|groups", out);
            }
        });
    }

    private static void group(GroupAnswer.GroupSeen group, ReplyWriter out) {
        out.map(6);
        out.bulk("name");
        out.bulk(GroupNames.bytes(group.name()));
        out.bulk("consumers");
        out.integer(group.consumers().size());
        out.bulk("pending");
        out.integer(group.pendingCount());
        out.bulk("last-delivered-id");
        out.id(group.lastId());
        counts(group, out);
    }

    private static void counts(GroupAnswer.GroupSeen group, ReplyWriter out) {
        out.bulk("entries-read");
        known(group.entriesRead(), GroupCommand.UNKNOWN, out);
        out.bulk("lag");
        known(group.lag(), GroupAnswer.UNKNOWN_LAG, out);
    }

    private static void known(long count, long unknown, ReplyWriter out) {
        if (count == unknown) {
            out.nil();
        } else {
            out.integer(count);
        }
    }

    private Plan consumers(Request request, Session session) {
        StreamKey key = request.key(2, session);
        String group = GroupNames.name(request, 3);
        return Plan.Change.of(new GroupCommand.DescribeConsumers(key, group), (answer, out) -> {
            switch (answer) {
                case GroupAnswer.Consumers consumers -> consumers(consumers, out);
                case GroupAnswer.NoGroup missing ->
                    out.error(missing.hasKey() ? GroupNames.noGroupOf(key, group) : Errors.NO_SUCH_KEY);
                default -> StreamWrites.reply(answer, "xinfo|consumers", out);
            }
        });
    }

    private static void consumers(GroupAnswer.Consumers consumers, ReplyWriter out) {
        out.array(consumers.consumers().size());
        for (GroupAnswer.ConsumerSeen consumer : consumers.consumers()) {
            out.map(4);
            out.bulk("name");
            out.bulk(GroupNames.bytes(consumer.name()));
            out.bulk("pending");
            out.integer(consumer.pendingCount());
            out.bulk("idle");
            out.integer(Math.max(0, consumers.wallMs() - consumer.seenMs()));
            out.bulk("inactive");
            out.integer(consumer.activeMs() < 0 ? -1 : consumers.wallMs() - consumer.activeMs());
        }
    }

    /** The groups in XINFO STREAM FULL. */
    static void full(List<GroupAnswer.GroupSeen> groups, ReplyWriter out) {
        out.array(groups.size());
        for (GroupAnswer.GroupSeen group : groups) {
            out.map(7);
            out.bulk("name");
            out.bulk(GroupNames.bytes(group.name()));
            out.bulk("last-delivered-id");
            out.id(group.lastId());
            counts(group, out);
            out.bulk("pel-count");
            out.integer(group.pendingCount());
            out.bulk("pending");
            out.array(group.pending().size());
            for (PendingEntry entry : group.pending()) {
                out.array(4);
                out.id(entry.id());
                out.bulk(GroupNames.bytes(entry.consumer()));
                out.integer(entry.timeMs());
                out.integer(entry.deliveries());
            }
            out.bulk("consumers");
            out.array(group.consumers().size());
            group.consumers().forEach(consumer -> fullConsumer(consumer, out));
        }
    }

    private static void fullConsumer(GroupAnswer.ConsumerSeen consumer, ReplyWriter out) {
        out.map(5);
        out.bulk("name");
        out.bulk(GroupNames.bytes(consumer.name()));
        out.bulk("seen-time");
        out.integer(consumer.seenMs());
        out.bulk("active-time");
        out.integer(consumer.activeMs());
        out.bulk("pel-count");
        out.integer(consumer.pendingCount());
        out.bulk("pending");
        out.array(consumer.pending().size());
        for (PendingEntry entry : consumer.pending()) {
            out.array(3);
            out.id(entry.id());
            out.integer(entry.timeMs());
            out.integer(entry.deliveries());
        }
    }
}
