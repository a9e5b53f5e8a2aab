package io.sluice.protocol.redis.command;

import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamCommand.ExpiryRule;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.StreamService.KeyPage;
import io.sluice.broker.api.StreamView;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** Commands about keys. */
final class KeyCommands {
    private static final long SECOND_MS = 1_000;

    private final ServerState server;

    KeyCommands(ServerState server) {
        this.server = server;
    }

    List<CommandSpec> all() {
        List<CommandSpec> all = new ArrayList<>(ofKeys());
        all.addAll(ofExpiry());
        all.addAll(ofDatabases());
        return all;
    }

    private List<CommandSpec> ofKeys() {
        return List.of(
                CommandSpec.ofKeys("del", -2, "write", this::remove),
                CommandSpec.ofKeys("unlink", -2, "write fast", this::remove),
                CommandSpec.ofKeys("exists", -2, "readonly fast", (request, session) -> count(request, session)),
                CommandSpec.ofKeys("touch", -2, "readonly fast", (request, session) -> count(request, session)),
                CommandSpec.ofKey(
                        "type",
                        2,
                        "readonly fast",
                        (request, session) -> look(
                                request, session, (view, out) -> out.simple(view.isPresent() ? "stream" : "none"))),
                CommandSpec.keyed("object|encoding", 3, "readonly", 2, 2, 1, this::encoding),
                CommandSpec.keyed("object|refcount", 3, "readonly", 2, 2, 1, this::referenceCount),
                CommandSpec.ofKey("move", 3, "write fast", this::move),
                CommandSpec.keyed("copy", -3, "write denyoom", 1, 2, 1, this::copy),
                CommandSpec.keyed("rename", 3, "write", 1, 2, 1, (request, session) -> rename(request, session, true)),
                CommandSpec.keyed(
                        "renamenx", 3, "write fast", 1, 2, 1, (request, session) -> rename(request, session, false)));
    }

    private List<CommandSpec> ofExpiry() {
        return List.of(
                CommandSpec.ofKey(
                        "ttl",
                        2,
                        "readonly fast",
                        (request, session) -> timeLeft(request, session, ms -> (ms + SECOND_MS / 2) / SECOND_MS)),
                CommandSpec.ofKey(
                        "pttl", 2, "readonly fast", (request, session) -> timeLeft(request, session, ms -> ms)),
                CommandSpec.ofKey(
                        "expiretime",
                        2,
                        "readonly fast",
                        (request, session) -> expiryTime(request, session, SECOND_MS)),
                CommandSpec.ofKey(
                        "pexpiretime", 2, "readonly fast", (request, session) -> expiryTime(request, session, 1)),
                CommandSpec.ofKey(
                        "expire", -3, "write fast", (request, session) -> expire(request, session, SECOND_MS, true)),
                CommandSpec.ofKey("pexpire", -3, "write fast", (request, session) -> expire(request, session, 1, true)),
                CommandSpec.ofKey(
                        "expireat", -3, "write fast", (request, session) -> expire(request, session, SECOND_MS, false)),
                CommandSpec.ofKey(
                        "pexpireat", -3, "write fast", (request, session) -> expire(request, session, 1, false)),
                CommandSpec.ofKey("persist", 2, "write fast", this::persist));
    }

    private List<CommandSpec> ofDatabases() {
        return List.of(
                CommandSpec.of("keys", 2, "readonly", this::keys),
                CommandSpec.of("randomkey", 1, "readonly", this::randomKey),
                CommandSpec.of("scan", -2, "readonly", this::scan),
                CommandSpec.of(
                        "dbsize",
                        1,
                        "readonly fast",
                        (r, session) -> Plan.Read.quick(
                                List.of(),
                                Operation.DESCRIBE,
                                (views, out) -> out.integer(server.streams().keyCount(session.database())))),
                CommandSpec.of("swapdb", 3, "write fast", this::swap),
                CommandSpec.of(
                        "flushdb", -1, "write", (request, session) -> flush(request, List.of(session.database()))),
                CommandSpec.of(
                        "flushall",
                        -1,
                        "write",
                        (request, session) -> flush(
                                request,
                                IntStream.range(0, StreamKey.DATABASES).boxed().toList())));
    }

    private Plan remove(Request request, Session session) {
        List<StreamCommand> commands = new ArrayList<>();
        request.keys(1, request.count(), session).forEach(key -> commands.add(new StreamCommand.RemoveKey(key)));
        return new Plan.Change(commands, (answers, out) -> sum(answers, request.name(), out));
    }

    private static void sum(List<StreamAnswer> answers, String command, ReplyWriter out) {
        long sum = 0;
        for (StreamAnswer answer : answers) {
            switch (answer) {
                case StreamAnswer.Count count -> sum += count.count();
                case StreamAnswer.Refused refused -> {
                    out.error(Errors.text(refused.fault(), command));
                    return;
                }
                case StreamAnswer.Id _,
                        StreamAnswer.None _,
                        StreamAnswer.Done _,
                        StreamAnswer.Seen _,
                        GroupAnswer _ -> {}
            }
        }
        out.integer(sum);
    }

    private Plan count(Request request, Session session) {
        List<StreamKey> keys = request.keys(1, request.count(), session);
        return Plan.Read.quick(
                keys,
                Operation.DESCRIBE,
                (views, out) -> out.integer(keys.stream()
                        .filter(key -> views.stream(key, request.name()).isPresent())
                        .count()));
    }

    private static Plan look(Request request, Session session, BiConsumer<Optional<StreamView>, ReplyWriter> reply) {
        return look(request, session, 1, reply);
    }

    /** What is known about the key at the index. */
    static Plan look(Request request, Session session, int index, BiConsumer<Optional<StreamView>, ReplyWriter> reply) {
        StreamKey key = request.key(index, session);
        return Plan.Read.quick(
                List.of(key), Operation.DESCRIBE, (views, out) -> reply.accept(views.stream(key, request.name()), out));
    }

    private Plan encoding(Request request, Session session) {
        return look(request, session, 2, (view, out) -> view.ifPresentOrElse(found -> out.bulk("stream"), out::nil));
    }

    private Plan referenceCount(Request request, Session session) {
        return look(request, session, 2, (view, out) -> view.ifPresentOrElse(found -> out.integer(1), out::nil));
    }

    private Plan timeLeft(Request request, Session session, ToLongFunction<Long> unit) {
        return look(request, session, (view, out) -> {
            if (view.isEmpty()) {
                out.integer(-2);
            } else if (view.get().expiresWallMs() == Long.MAX_VALUE) {
                out.integer(-1);
            } else {
                long leftMs = view.get().expiresWallMs() - server.streams().wallMs();
                out.integer(unit.applyAsLong(Math.max(0, leftMs)));
            }
        });
    }

    private Plan expiryTime(Request request, Session session, long unitMs) {
        return look(request, session, (view, out) -> {
            if (view.isEmpty()) {
                out.integer(-2);
            } else {
                long atMs = view.get().expiresWallMs();
                out.integer(atMs == Long.MAX_VALUE ? -1 : (atMs + unitMs / 2) / unitMs);
            }
        });
    }

    private Plan expire(Request request, Session session, long unitMs, boolean isFromNow) {
        ExpiryRule rule = rule(request);
        long amount = request.integer(2);
        long wallMs = isFromNow ? server.streams().wallMs() : 0;
        boolean isOutOfRange = amount > (Long.MAX_VALUE - 1 - wallMs) / unitMs || amount < Long.MIN_VALUE / unitMs;
        if (isOutOfRange) {
            throw new RedisException("ERR invalid expire time in '" + request.name() + "' command");
        }
        StreamCommand command = new StreamCommand.Expire(request.key(1, session), wallMs + amount * unitMs, rule);
        return new Plan.Change(List.of(command), (answers, out) -> sum(answers, request.name(), out));
    }

    /** All options are read before any two of them are found to be at odds. */
    private static ExpiryRule rule(Request request) {
        Set<ExpiryRule> asked = EnumSet.noneOf(ExpiryRule.class);
        for (int i = 3; i < request.count(); i++) {
            asked.add(
                    switch (request.lower(i)) {
                        case "nx" -> ExpiryRule.IF_NONE;
                        case "xx" -> ExpiryRule.IF_ANY;
                        case "gt" -> ExpiryRule.IF_LATER;
                        case "lt" -> ExpiryRule.IF_EARLIER;
                        default -> throw new RedisException("ERR Unsupported option " + request.text(i));
                    });
        }
        if (asked.contains(ExpiryRule.IF_NONE) && asked.size() > 1) {
            throw new RedisException("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        if (asked.contains(ExpiryRule.IF_LATER) && asked.contains(ExpiryRule.IF_EARLIER)) {
            throw new RedisException("ERR GT and LT options at the same time are not compatible");
        }
        if (asked.size() == 2) {
            // GT takes no keys without an expiry anyway.
            return asked.contains(ExpiryRule.IF_EARLIER) ? ExpiryRule.IF_ANY_EARLIER : ExpiryRule.IF_LATER;
        }
        return asked.isEmpty() ? ExpiryRule.ALWAYS : asked.iterator().next();
    }

    private Plan persist(Request request, Session session) {
        StreamCommand command = new StreamCommand.Expire(request.key(1, session), Long.MAX_VALUE, ExpiryRule.ALWAYS);
        return new Plan.Change(List.of(command), (answers, out) -> sum(answers, request.name(), out));
    }

    private static Plan rename(Request request, Session session, boolean mayReplace) {
        StreamCommand command = new StreamCommand.Rename(request.key(1, session), request.key(2, session), mayReplace);
        return Plan.Change.of(command, (answer, out) -> {
            switch (answer) {
                case StreamAnswer.Refused refused when refused.fault() == StreamFault.KEY_EXISTS -> out.integer(0);
                case StreamAnswer.Refused refused -> out.error(Errors.text(refused.fault(), request.name()));
                case StreamAnswer.Done _,
                        StreamAnswer.Id _,
                        StreamAnswer.Count _,
                        StreamAnswer.None _,
                        StreamAnswer.Seen _,
                        GroupAnswer _ -> {
                    if (mayReplace) {
                        out.ok();
                    } else {
                        out.integer(1);
                    }
                }
            }
        });
    }

    private Plan move(Request request, Session session) {
        int database = ConnectionCommands.database(request, 2);
        if (database == session.database()) {
            throw new RedisException("ERR source and destination objects are the same");
        }
        StreamKey key = request.key(1, session);
        StreamCommand command = new StreamCommand.Rename(key, new StreamKey(database, key.name()), false);
        return Plan.Change.of(command, (answer, out) -> {
            if (answer instanceof StreamAnswer.Refused refused) {
                switch (refused.fault()) {
                    case KEY_EXISTS, NO_SUCH_KEY -> out.integer(0);
                    default -> out.error(Errors.text(refused.fault(), "move"));
                }
            } else {
                out.integer(1);
            }
        });
    }

    private Plan copy(Request request, Session session) {
        int database = session.database();
        boolean mayReplace = false;
        for (int i = 3; i < request.count(); i++) {
            if (request.is(i, "replace")) {
                mayReplace = true;
            } else if (request.is(i, "db") && i + 1 < request.count()) {
                database = ConnectionCommands.database(request, ++i);
            } else {
                throw Errors.syntax();
            }
        }
        StreamKey key = request.key(1, session);
        StreamKey target = new StreamKey(database, request.word(2));
        if (key.equals(target)) {
            throw new RedisException("ERR source and destination objects are the same");
        }
        return Plan.Change.of(new StreamCommand.Copy(key, target, mayReplace), (answer, out) -> {
            if (answer instanceof StreamAnswer.Refused refused && refused.fault() == StreamFault.TOO_LARGE) {
                out.error("ERR the stream is too large to be copied in one piece");
            } else {
                StreamWrites.reply(answer, "copy", out);
            }
        });
    }

    private Plan swap(Request request, Session session) {
        int first = swapped(request, 1, "first");
        int second = swapped(request, 2, "second");
        return Plan.Change.of(
                new StreamCommand.SwapDatabases(first, second),
                (answer, out) -> StreamWrites.reply(answer, "swapdb", out));
    }

    private static int swapped(Request request, int index, String which) {
        long database = request.integer(index, "ERR invalid " + which + " DB index");
        if (database < 0 || database >= StreamKey.DATABASES) {
            throw new RedisException("ERR DB index is out of range");
        }
        return (int) database;
    }

    private Plan randomKey(Request request, Session session) {
        long place = server.random().nextLong() & Long.MAX_VALUE;
        StreamService streams = session.broker().streams();
        return new Plan.Read(List.of(), Operation.DESCRIBE, new RandomKeyTask(streams, session.database(), place));
    }

    private Plan keys(Request request, Session session) {
        Glob pattern = new Glob(request.word(1));
        StreamService streams = session.broker().streams();
        return new Plan.Read(List.of(), Operation.DESCRIBE, new KeysTask(streams, session.database(), pattern));
    }

    private Plan scan(Request request, Session session) {
        ScanOptions options = ScanOptions.parse(request);
        StreamService streams = session.broker().streams();
        int database = session.database();
        return Plan.Read.quick(List.of(), Operation.DESCRIBE, (views, out) -> {
            KeyPage page = streams.keys(database, options.cursor(), options.count());
            List<StreamKey> found =
                    page.keys().stream().filter(options::accepts).toList();
            out.array(2);
            out.bulk(Long.toString(page.nextOrder()));
            out.array(found.size());
            found.forEach(key -> out.bulk(key.name()));
        });
    }

    private static Plan flush(Request request, List<Integer> databases) {
        boolean isKnown =
                request.count() == 1 || (request.count() == 2 && (request.is(1, "async") || request.is(1, "sync")));
        if (!isKnown) {
            throw Errors.syntax();
        }
        return Plan.Change.of(new StreamCommand.RemoveAll(databases, key -> true), (answer, out) -> {
            if (answer instanceof StreamAnswer.Refused refused) {
                out.error(Errors.text(refused.fault(), request.name()));
            } else {
                out.ok();
            }
        });
    }
}
