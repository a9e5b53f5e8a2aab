package io.sluice.protocol.redis.command;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamCommand.ExpiryRule;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.StreamView;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** Commands about keys. */
final class KeyCommands {
    private static final long SECOND_MS = 1_000;
    private static final int KEYS_MAX = 1_000_000;

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
                CommandSpec.of("scan", -2, "readonly", this::scan),
                CommandSpec.of(
                        "dbsize",
                        1,
                        "readonly fast",
                        (r, session) -> Plan.Read.quick(
                                List.of(),
                                Operation.DESCRIBE,
                                (views, out) -> out.integer(server.streams().keyCount(session.database())))),
                CommandSpec.of(
                        "flushdb",
                        -1,
                        "write",
                        (request, session) -> flush(request, session, List.of(session.database()))),
                CommandSpec.of(
                        "flushall",
                        -1,
                        "write",
                        (request, session) -> flush(
                                request,
                                session,
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
                case StreamAnswer.Id _, StreamAnswer.None _, StreamAnswer.Done _, StreamAnswer.Seen _ -> {}
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
        StreamKey key = request.key(1, session);
        return Plan.Read.quick(
                List.of(key), Operation.DESCRIBE, (views, out) -> reply.accept(views.stream(key, request.name()), out));
    }

    private Plan encoding(Request request, Session session) {
        StreamKey key = request.key(2, session);
        return Plan.Read.quick(List.of(key), Operation.DESCRIBE, (views, out) -> {
            if (views.stream(key, "object|encoding").isPresent()) {
                out.bulk("stream");
            } else {
                out.nil();
            }
        });
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
        long amount = request.integer(2);
        ExpiryRule rule = rule(request);
        long wallMs = isFromNow ? server.streams().wallMs() : 0;
        boolean isOutOfRange = amount > (Long.MAX_VALUE - 1 - wallMs) / unitMs || amount < Long.MIN_VALUE / unitMs;
        if (isOutOfRange) {
            throw new RedisException("ERR invalid expire time in '" + request.name() + "' command");
        }
        StreamCommand command = new StreamCommand.Expire(request.key(1, session), wallMs + amount * unitMs, rule);
        return new Plan.Change(List.of(command), (answers, out) -> sum(answers, request.name(), out));
    }

    private static ExpiryRule rule(Request request) {
        ExpiryRule rule = ExpiryRule.ALWAYS;
        boolean isNone = false;
        boolean isOther = false;
        for (int i = 3; i < request.count(); i++) {
            switch (request.lower(i)) {
                case "nx" -> {
                    rule = ExpiryRule.IF_NONE;
                    isNone = true;
                }
                case "xx" -> rule = other(rule, ExpiryRule.IF_ANY);
                case "gt" -> rule = other(rule, ExpiryRule.IF_LATER);
                case "lt" -> rule = other(rule, ExpiryRule.IF_EARLIER);
                default -> throw new RedisException("ERR Unsupported option " + request.text(i));
            }
            isOther |= !request.is(i, "nx");
        }
        if (isNone && isOther) {
            throw new RedisException("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        return rule;
    }

    private static ExpiryRule other(ExpiryRule before, ExpiryRule wanted) {
        boolean isClash = (before == ExpiryRule.IF_LATER && wanted == ExpiryRule.IF_EARLIER)
                || (before == ExpiryRule.IF_EARLIER && wanted == ExpiryRule.IF_LATER);
        if (isClash) {
            throw new RedisException("ERR GT and LT options at the same time are not compatible");
        }
        // GT and LT of XX are the narrower rule, but for LT, which would take keys without expiry.
        return wanted == ExpiryRule.IF_ANY && before != ExpiryRule.ALWAYS ? before : wanted;
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
                        StreamAnswer.Seen _ -> {
                    if (mayReplace) {
                        out.ok();
                    } else {
                        out.integer(1);
                    }
                }
            }
        });
    }

    private Plan keys(Request request, Session session) {
        Glob pattern = new Glob(request.word(1));
        StreamService streams = session.broker().streams();
        int database = session.database();
        return Plan.Read.quick(List.of(), Operation.DESCRIBE, (views, out) -> {
            List<StreamKey> found = streams.keys(database, 0, KEYS_MAX).stream()
                    .filter(key -> pattern.matches(key.name()))
                    .toList();
            out.array(found.size());
            found.forEach(key -> out.bulk(key.name()));
        });
    }

    private Plan scan(Request request, Session session) {
        ScanOptions options = ScanOptions.parse(request);
        StreamService streams = session.broker().streams();
        int database = session.database();
        return Plan.Read.quick(List.of(), Operation.DESCRIBE, (views, out) -> {
            List<StreamKey> page = streams.keys(database, options.cursor(), options.count());
            boolean isEnd = page.size() < options.count();
            List<StreamKey> found = page.stream().filter(options::accepts).toList();
            out.array(2);
            out.bulk(Long.toString(isEnd || page.isEmpty() ? 0 : page.getLast().order() + 1));
            out.array(found.size());
            found.forEach(key -> out.bulk(key.name()));
        });
    }

    private Plan flush(Request request, Session session, List<Integer> databases) {
        boolean isKnown =
                request.count() == 1 || (request.count() == 2 && (request.is(1, "async") || request.is(1, "sync")));
        if (!isKnown) {
            throw Errors.syntax();
        }
        StreamService streams = session.broker().streams();
        List<StreamCommand> commands = new ArrayList<>();
        for (int database : databases) {
            streams.keys(database, 0, KEYS_MAX).forEach(key -> commands.add(new StreamCommand.RemoveKey(key)));
        }
        if (commands.isEmpty()) {
            return new Plan.Now(ReplyWriter::ok);
        }
        return new Plan.Change(commands, (answers, out) -> {
            Optional<StreamAnswer.Refused> refused = answers.stream()
                    .filter(StreamAnswer.Refused.class::isInstance)
                    .map(StreamAnswer.Refused.class::cast)
                    .findFirst();
            refused.ifPresentOrElse(first -> out.error(Errors.text(first.fault(), request.name())), out::ok);
        });
    }
}
