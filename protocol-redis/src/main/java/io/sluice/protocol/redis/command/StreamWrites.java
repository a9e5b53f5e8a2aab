package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamCommand.NewId;
import io.sluice.broker.api.StreamTrim;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Commands that change streams. */
final class StreamWrites {
    StreamWrites() {}

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.ofKey("xadd", -5, "write denyoom fast", this::add),
                CommandSpec.ofKey("xdel", -3, "write fast", this::delete),
                CommandSpec.ofKey("xtrim", -4, "write", this::trim),
                CommandSpec.ofKey("xsetid", -3, "write denyoom fast", this::setId));
    }

    private Plan add(Request request, Session session) {
        TrimArguments trimming =
                new TrimArguments(request, session.broker().streams().blockEntries());
        OnceArguments once = new OnceArguments(request);
        boolean makesKey = true;
        int at = 2;
        while (at < request.count() && !isStar(request.word(at))) {
            int next = trimming.take(at);
            next = next == at ? once.take(at) : next;
            if (next == at && request.is(at, "nomkstream")) {
                makesKey = false;
                next++;
            }
            if (next == at) {
                break;
            }
            at = next;
        }
        if (at >= request.count()) {
            throw Errors.arity("xadd");
        }
        NewId id = newId(request, at);
        if (once.once().isPresent() && id != NewId.Automatic.INSTANCE) {
            throw new RedisException("ERR syntax error, IDMP/IDMPAUTO can be used only with auto-generated IDs");
        }
        Optional<StreamTrim> trim = trimming.trim();
        int first = at + 1;
        if (request.count() - first < 2 || (request.count() - first) % 2 != 0) {
            throw Errors.arity("xadd");
        }
        List<byte[]> fields = request.words().subList(first, request.count());
        StreamCommand command = new StreamCommand.Add(request.key(1, session), makesKey, id, fields, trim, once.once());
        return Plan.Change.of(command, (answer, out) -> reply(answer, "xadd", out));
    }

    private static boolean isStar(byte[] word) {
        return word.length == 1 && word[0] == '*';
    }

    private static NewId newId(Request request, int at) {
        byte[] word = request.word(at);
        if (isStar(word)) {
            return NewId.Automatic.INSTANCE;
        }
        Optional<Long> time = TrimArguments.timeOf(word);
        return time.isPresent() ? new NewId.OfTime(time.get()) : new NewId.Exactly(request.id(at));
    }

    static void reply(StreamAnswer answer, String command, ReplyWriter out) {
        switch (answer) {
            case StreamAnswer.Id id -> out.id(id.id());
            case StreamAnswer.Count count -> out.integer(count.count());
            case StreamAnswer.None _, StreamAnswer.Seen _ -> out.nil();
            case StreamAnswer.Done _ -> out.ok();
            case StreamAnswer.Refused refused -> out.error(Errors.text(refused.fault(), command));
            case GroupAnswer _ -> throw new IllegalArgumentException("the answer for a group to " + command);
        }
    }

    private Plan delete(Request request, Session session) {
        List<EntryId> ids = new ArrayList<>();
        try {
            for (int i = 2; i < request.count(); i++) {
                ids.add(request.id(i));
            }
        } catch (RedisException invalid) {
            return onlyIfThere(request, session, invalid);
        }
        StreamCommand command = new StreamCommand.DeleteEntries(request.key(1, session), ids);
        return Plan.Change.of(command, (answer, out) -> reply(answer, "xdel", out));
    }

    /** Of a stream that is not there nothing is deleted, whatever the ids look like. */
    private static Plan onlyIfThere(Request request, Session session, RedisException invalid) {
        StreamCommand look = new StreamCommand.Look(request.key(1, session));
        return Plan.Change.of(look, (answer, out) -> {
            if (answer instanceof StreamAnswer.Seen seen && seen.stream().isEmpty()) {
                out.integer(0);
            } else {
                out.error(invalid.reply());
            }
        });
    }

    private Plan trim(Request request, Session session) {
        TrimArguments trimming =
                new TrimArguments(request, session.broker().streams().blockEntries());
        int at = 2;
        while (at < request.count()) {
            int next = trimming.take(at);
            if (next == at) {
                throw Errors.syntax();
            }
            at = next;
        }
        StreamTrim trim = trimming.trim()
                .orElseThrow(
                        () -> new RedisException("ERR syntax error, XTRIM must be called with a trimming strategy"));
        StreamCommand command = new StreamCommand.Trim(request.key(1, session), trim);
        return Plan.Change.of(command, (answer, out) -> reply(answer, "xtrim", out));
    }

    private Plan setId(Request request, Session session) {
        EntryId id = request.id(2);
        Optional<Long> added = Optional.empty();
        Optional<EntryId> deleted = Optional.empty();
        for (int i = 3; i < request.count(); i += 2) {
            boolean hasValue = i + 1 < request.count();
            if (hasValue && request.is(i, "entriesadded")) {
                added = Optional.of(request.integer(i + 1));
                if (added.get() < 0) {
                    throw new RedisException("ERR entries_added must be positive");
                }
            } else if (hasValue && request.is(i, "maxdeletedid")) {
                deleted = Optional.of(request.id(i + 1));
                if (deleted.get().isAfter(id)) {
                    throw new RedisException(
                            "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
                }
            } else {
                throw Errors.syntax();
            }
        }
        // As in Redis, 0-0 leaves what is remembered.
        Optional<EntryId> known = deleted.filter(given -> !given.equals(EntryId.ZERO));
        StreamCommand command = new StreamCommand.SetLastId(request.key(1, session), id, added, known);
        return Plan.Change.of(command, (answer, out) -> reply(answer, "xsetid", out));
    }
}
