package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamKey;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.List;
import java.util.Optional;

/** XGROUP. */
final class GroupCommands {
    private static final String NO_KEY =
            "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option"
                    + " to create an empty stream automatically.";
    private static final List<String> HELP = List.of(
            "XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "CREATE <key> <groupname> <id|$> [option]",
            "    Create a new consumer group. Options are:",
            "    * MKSTREAM",
            "      Create the empty stream if it does not exist.",
            "    * ENTRIESREAD entries_read",
            "      Set the group's entries_read counter (internal use).",
            "CREATECONSUMER <key> <groupname> <consumer>",
            "    Create a new consumer in the specified group.",
            "DELCONSUMER <key> <groupname> <consumer>",
            "    Remove the specified consumer.",
            "DESTROY <key> <groupname>",
            "    Remove the specified group.",
            "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
            "    Set the current group ID and entries_read counter.",
            "HELP",
            "    Print this help.");

    GroupCommands() {}

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.keyed("xgroup|create", -5, "write denyoom", 2, 2, 1, this::create),
                CommandSpec.keyed("xgroup|setid", -5, "write", 2, 2, 1, this::setId),
                CommandSpec.keyed("xgroup|destroy", 4, "write", 2, 2, 1, this::destroy),
                CommandSpec.keyed("xgroup|createconsumer", 5, "write denyoom", 2, 2, 1, this::createConsumer),
                CommandSpec.keyed("xgroup|delconsumer", 5, "write", 2, 2, 1, this::removeConsumer),
                CommandSpec.of(
                        "xgroup|help",
                        2,
                        "loading stale",
                        (request, session) -> new Plan.Now(out -> out.simples(HELP))));
    }

    /** What stands behind the id. */
    private record Options(boolean makesKey, long entriesRead) {
        static Options parse(Request request, boolean mayMakeKey) {
            boolean makesKey = false;
            long entriesRead = GroupCommand.UNKNOWN;
            for (int i = 5; i < request.count(); i++) {
                if (mayMakeKey && request.is(i, "mkstream")) {
                    makesKey = true;
                } else if (request.is(i, "entriesread") && i + 1 < request.count()) {
                    entriesRead = request.integer(++i);
                    if (entriesRead < GroupCommand.UNKNOWN) {
                        throw new RedisException("ERR value for ENTRIESREAD must be positive or -1");
                    }
                } else {
                    throw new RedisException("ERR unknown subcommand or wrong number of arguments for '"
                            + GroupNames.name(request, 1) + "'. Try XGROUP HELP.");
                }
            }
            return new Options(makesKey, entriesRead);
        }
    }

    private Plan create(Request request, Session session) {
        Options options = Options.parse(request, true);
        StreamKey key = request.key(2, session);
        String group = GroupNames.name(request, 3);
        return GroupNames.planOr(
                key,
                group,
                () -> plan(
                        new GroupCommand.CreateGroup(
                                key, group, after(request, false), options.makesKey(), options.entriesRead()),
                        request),
                (missing, out) -> out.error(missing.hasKey() || options.makesKey() ? Errors.INVALID_ID : NO_KEY));
    }

    private Plan setId(Request request, Session session) {
        Options options = Options.parse(request, false);
        StreamKey key = request.key(2, session);
        String group = GroupNames.name(request, 3);
        return GroupNames.planOr(
                key,
                group,
                () -> plan(
                        new GroupCommand.SetPosition(key, group, after(request, true), options.entriesRead()), request),
                (missing, out) -> noGroup(missing, group, out));
    }

    private static Optional<EntryId> after(Request request, boolean mayBeEnd) {
        byte[] word = request.word(4);
        if (word.length == 1 && word[0] == '$') {
            return Optional.empty();
        }
        return Optional.of(mayBeEnd && word.length == 1 ? RangeTask.start(request, 4) : request.id(4));
    }

    private Plan destroy(Request request, Session session) {
        return plan(new GroupCommand.DestroyGroup(request.key(2, session), GroupNames.name(request, 3)), request);
    }

    private Plan createConsumer(Request request, Session session) {
        return plan(
                new GroupCommand.CreateConsumer(
                        request.key(2, session), GroupNames.name(request, 3), GroupNames.name(request, 4)),
                request);
    }

    private Plan removeConsumer(Request request, Session session) {
        return plan(
                new GroupCommand.RemoveConsumer(
                        request.key(2, session), GroupNames.name(request, 3), GroupNames.name(request, 4)),
                request);
    }

    private static Plan plan(GroupCommand command, Request request) {
        String name = "xgroup|" + request.lower(1);
        return Plan.Change.of(command, (answer, out) -> reply(answer, command.group(), name, out));
    }

    private static void reply(StreamAnswer answer, String group, String command, ReplyWriter out) {
        if (answer instanceof GroupAnswer.NoGroup missing) {
            noGroup(missing, group, out);
        } else {
            StreamWrites.reply(answer, command, out);
        }
    }

    private static void noGroup(GroupAnswer.NoGroup missing, String group, ReplyWriter out) {
        out.error(missing.hasKey() ? GroupNames.noGroupOf(missing.key(), group) : NO_KEY);
    }
}
