package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.GroupCommand.GiveBackMode;
import io.sluice.broker.api.GroupCommand.References;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamKey;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/** What ends pending entries, or gives them back: XACK, XACKDEL, XDELEX, XNACK. */
final class SettleCommands {
    SettleCommands() {}

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.ofKey("xack", -4, "write fast", this::acknowledge),
                CommandSpec.ofKey("xackdel", -6, "write fast", this::acknowledgeAndDelete),
                CommandSpec.ofKey("xdelex", -5, "write fast", this::delete),
                CommandSpec.ofKey("xnack", -7, "write fast", this::giveBack));
    }

    private Plan acknowledge(Request request, Session session) {
        StreamKey key = request.key(1, session);
        String group = GroupNames.name(request, 2);
        return GroupNames.planOr(
                key,
                group,
                () -> Plan.Change.of(
                        new GroupCommand.Acknowledge(key, group, ids(request, 3, request.count())),
                        (answer, out) -> StreamWrites.reply(answer, "xack", out)),
                (missing, out) -> out.integer(0));
    }

    private static List<EntryId> ids(Request request, int from, int to) {
        List<EntryId> ids = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            ids.add(request.id(i));
        }
        return ids;
    }

    /** KEEPREF, DELREF or ACKED, and IDS with their number, in any order. */
    private record Deletion(References references, List<EntryId> ids) {
        static Deletion parse(Request request, int from) {
            References references = References.KEEP;
            List<EntryId> ids = List.of();
            int at = from;
            while (at < request.count()) {
                if (request.is(at, "keepref")) {
                    references = References.KEEP;
                } else if (request.is(at, "delref")) {
                    references = References.DELETE;
                } else if (request.is(at, "acked")) {
                    references = References.ACKNOWLEDGED;
                } else if (request.is(at, "ids") && at + 1 < request.count()) {
                    ids = idsBehind(request, at + 1);
                    at += 1 + ids.size();
                } else {
                    throw Errors.syntax();
                }
                at++;
            }
            if (ids.isEmpty()) {
                throw new RedisException("ERR IDS option is required");
            }
            return new Deletion(references, ids);
        }

        private static List<EntryId> idsBehind(Request request, int at) {
            String wrong = "ERR Number of IDs must be a positive integer";
            long count = request.integer(at, wrong);
            if (count <= 0) {
                throw new RedisException(wrong);
            }
            if (count > request.count() - at - 1L) {
                throw new RedisException("ERR The `numids` parameter must match the number of arguments");
            }
            return SettleCommands.ids(request, at + 1, at + 1 + (int) count);
        }
    }

    private Plan acknowledgeAndDelete(Request request, Session session) {
        StreamKey key = request.key(1, session);
        String group = GroupNames.name(request, 2);
        Deletion deletion = Deletion.parse(request, 3);
        return Plan.Change.of(
                new GroupCommand.AcknowledgeAndDelete(key, group, deletion.ids(), deletion.references()),
                (answer, out) -> outcomes(answer, "xackdel", out));
    }

    private Plan delete(Request request, Session session) {
        Deletion deletion = Deletion.parse(request, 2);
        return Plan.Change.of(
                new GroupCommand.DeleteReferenced(request.key(1, session), deletion.ids(), deletion.references()),
                (answer, out) -> outcomes(answer, "xdelex", out));
    }

    private static void outcomes(StreamAnswer answer, String command, ReplyWriter out) {
        if (answer instanceof GroupAnswer.Outcomes outcomes) {
            out.array(outcomes.each().size());
            outcomes.each().forEach(out::integer);
        } else {
            StreamWrites.reply(answer, command, out);
        }
    }

    private Plan giveBack(Request request, Session session) {
        StreamKey key = request.key(1, session);
        String group = GroupNames.name(request, 2);
        GiveBackMode mode = mode(request);
        if (!request.is(4, "ids")) {
            throw new RedisException("ERR syntax error, expected IDS keyword");
        }
        String wrong = "ERR numids must be a positive integer";
        long count = request.integer(5, wrong);
        if (count <= 0) {
            throw new RedisException(wrong);
        }
        if (count > request.count() - 6L) {
            throw new RedisException("ERR number of IDs doesn't match numids");
        }
        int behind = 6 + (int) count;
        List<EntryId> ids = ids(request, 6, behind);
        long deliveries = -1;
        boolean isForced = false;
        for (int i = behind; i < request.count(); i++) {
            if (request.is(i, "force")) {
                isForced = true;
            } else if (request.is(i, "retrycount") && i + 1 < request.count()) {
                deliveries = request.integer(++i);
            } else {
                throw new RedisException("ERR Unrecognized XNACK option '" + GroupNames.name(request, i) + "'");
            }
        }
        return Plan.Change.of(new GroupCommand.GiveBack(key, group, mode, ids, deliveries, isForced), (answer, out) -> {
            if (answer instanceof GroupAnswer.NoGroup missing) {
                out.error(GroupNames.noGroup(missing.key(), group));
            } else {
                StreamWrites.reply(answer, "xnack", out);
            }
        });
    }

    private static GiveBackMode mode(Request request) {
        if (request.is(3, "silent")) {
            return GiveBackMode.SILENT;
        }
        if (request.is(3, "fail")) {
            return GiveBackMode.FAIL;
        }
        if (request.is(3, "fatal")) {
            return GiveBackMode.FATAL;
        }
        throw new RedisException("ERR mode must be SILENT, FAIL, or FATAL");
    }
}
