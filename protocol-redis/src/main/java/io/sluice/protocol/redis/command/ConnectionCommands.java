package io.sluice.protocol.redis.command;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamKey;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Commands about the connection itself. */
final class ConnectionCommands {
    private static final int DATABASES = StreamKey.DATABASES;
    private static final String DEFAULT_USER = "default";

    private final ServerState server;

    ConnectionCommands(ServerState server) {
        this.server = server;
    }

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.of("ping", -1, "fast", this::ping),
                CommandSpec.of("echo", 2, "fast", (request, session) -> new Plan.Now(out -> out.bulk(request.word(1)))),
                CommandSpec.of("hello", -1, "noscript fast no_auth", this::hello),
                CommandSpec.of("auth", -2, "noscript fast no_auth", this::auth),
                CommandSpec.of("select", 2, "fast", this::select),
                CommandSpec.of("reset", 1, "noscript fast no_auth at_once", (r, s) -> Plan.Control.RESET),
                CommandSpec.of("quit", -1, "noscript fast no_auth at_once", (r, s) -> Plan.Control.QUIT),
                CommandSpec.of("multi", 1, "noscript fast at_once", (r, s) -> Plan.Control.MULTI),
                CommandSpec.of("exec", 1, "noscript at_once", (r, s) -> Plan.Control.EXEC),
                CommandSpec.of("discard", 1, "noscript fast at_once", (r, s) -> Plan.Control.DISCARD),
                CommandSpec.of("unwatch", 1, "noscript fast", (r, s) -> Plan.Control.UNWATCH),
                CommandSpec.keyed(
                        "watch",
                        -2,
                        "noscript fast at_once",
                        1,
                        -1,
                        1,
                        (request, session) -> new Plan.Watch(request.keys(1, request.count(), session))),
                CommandSpec.of(
                        "client|id", 2, "noscript", (r, session) -> new Plan.Now(out -> out.integer(session.id()))),
                CommandSpec.of(
                        "client|getname", 2, "noscript", (r, session) -> new Plan.Now(out -> getName(session, out))),
                CommandSpec.of("client|setname", 3, "noscript", this::setName),
                CommandSpec.of("client|setinfo", 4, "noscript", this::setInfo),
                CommandSpec.of("client|info", 2, "noscript", this::info),
                CommandSpec.of("client|list", -2, "admin noscript", this::list),
                CommandSpec.of("client|unblock", -3, "admin noscript", this::unblock),
                CommandSpec.of("client|kill", -3, "admin noscript", this::kill),
                CommandSpec.of("client|getredir", 2, "noscript", (r, s) -> new Plan.Now(out -> out.integer(-1))),
                CommandSpec.of("client|tracking", -3, "noscript", this::tracking),
                CommandSpec.of("client|reply", 3, "noscript", this::replies),
                CommandSpec.of("client|no-evict", 3, "admin noscript", (r, s) -> new Plan.Now(ReplyWriter::ok)),
                CommandSpec.of("client|no-touch", 3, "noscript", (r, s) -> new Plan.Now(ReplyWriter::ok)));
    }

    private Plan ping(Request request, Session session) {
        return switch (request.count()) {
            case 1 -> new Plan.Now(out -> out.simple("PONG"));
            case 2 -> new Plan.Now(out -> out.bulk(request.word(1)));
            default -> throw Errors.arity("ping");
        };
    }

    private Plan select(Request request, Session session) {
        session.select(database(request, 1));
        return new Plan.Now(ReplyWriter::ok);
    }

    /** Number of a database. */
    static int database(Request request, int at) {
        long index = request.integer(at);
        if (index < Integer.MIN_VALUE || index > Integer.MAX_VALUE) {
            throw new RedisException(
                    "ERR value is out of range, value must between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE);
        }
        if (index < 0 || index >= DATABASES) {
            throw new RedisException("ERR DB index is out of range");
        }
        return (int) index;
    }

    private Plan auth(Request request, Session session) {
        if (request.count() > 3) {
            throw Errors.syntax();
        }
        boolean isOfDefault = request.count() == 2;
        if (isOfDefault && !server.isLoginRequired()) {
            throw new RedisException("ERR AUTH <password> called without any password configured for the default user."
                    + " Are you sure your configuration is correct?");
        }
        return new Plan.Login(
                isOfDefault ? DEFAULT_USER : request.text(1), request.word(isOfDefault ? 1 : 2), Optional.empty());
    }

    private Plan hello(Request request, Session session) {
        boolean version3 = session.isVersion3();
        int next = 1;
        if (request.count() > 1) {
            long version = request.integer(1, "ERR Protocol version is not an integer or out of range");
            if (version < 2 || version > 3) {
                throw new RedisException("NOPROTO unsupported protocol version");
            }
            version3 = version == 3;
            next = 2;
        }
        Hello options = Hello.parse(request, next);
        boolean speaks3 = version3;
        Consumer<ReplyWriter> reply = out -> {
            session.speak(speaks3);
            options.name().ifPresent(session::name);
            greet(session, new ReplyWriter(out.out(), speaks3));
        };
        if (options.user().isPresent()) {
            return new Plan.Login(options.user().get(), options.password(), Optional.of(reply));
        }
        if (server.isLoginRequired() && !session.isAuthenticated()) {
            throw new RedisException(
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
                            + " <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol"
                            + " version at the same time");
        }
        return new Plan.Now(reply);
    }

    private record Hello(Optional<String> user, byte[] password, Optional<String> name) {
        static Hello parse(Request request, int first) {
            Optional<String> user = Optional.empty();
            byte[] password = {};
            Optional<String> name = Optional.empty();
            int at = first;
            while (at < request.count()) {
                if (request.is(at, "auth") && at + 2 < request.count()) {
                    user = Optional.of(request.text(at + 1));
                    password = request.word(at + 2);
                    at += 3;
                } else if (request.is(at, "setname") && at + 1 < request.count()) {
                    name = Optional.of(checkedName(request.word(at + 1)));
                    at += 2;
                } else {
                    throw new RedisException("ERR Syntax error in HELLO option '" + request.text(at) + "'");
                }
            }
            return new Hello(user, password, name);
        }
    }

    private void greet(Session session, ReplyWriter out) {
        out.map(7);
        out.bulk("server");
        out.bulk("redis");
        out.bulk("version");
        out.bulk(ServerCommands.REDIS_VERSION);
        out.bulk("proto");
        out.integer(session.isVersion3() ? 3 : 2);
        out.bulk("id");
        out.integer(session.id());
        out.bulk("mode");
        out.bulk(server.isClustered() ? "cluster" : "standalone");
        out.bulk("role");
        out.bulk("master");
        out.bulk("modules");
        out.array(0);
    }

    private static void getName(Session session, ReplyWriter out) {
        if (session.name().isEmpty()) {
            out.nil();
        } else {
            out.bulk(session.name());
        }
    }

    private Plan setName(Request request, Session session) {
        session.name(checkedName(request.word(2)));
        return new Plan.Now(ReplyWriter::ok);
    }

    private static String checkedName(byte[] name) {
        for (byte character : name) {
            if (character < '!' || character > '~') {
                throw new RedisException("ERR Client names cannot contain spaces, newlines or special characters.");
            }
        }
        return new String(name, StandardCharsets.US_ASCII);
    }

    private Plan setInfo(Request request, Session session) {
        String option = request.lower(2);
        for (byte character : request.word(3)) {
            if (character < '!' || character > '~') {
                throw new RedisException("ERR " + option + " cannot contain spaces, newlines or special characters.");
            }
        }
        switch (option) {
            case "lib-name" -> session.library(request.text(3), session.libraryVersion());
            case "lib-ver" -> session.library(session.libraryName(), request.text(3));
            default -> throw new RedisException("ERR Unrecognized option '" + request.text(2) + "'");
        }
        return new Plan.Now(ReplyWriter::ok);
    }

    private Plan info(Request request, Session session) {
        return new Plan.Now(out -> out.verbatim(session.line(server.streams().wallMs()) + "\n"));
    }

    /** Other clients concern administrators only. */
    private static void checkMay(Operation operation, Session session, String command) {
        if (!session.broker().access().mayToCluster(operation)) {
            throw Errors.noPermission(command);
        }
    }

    private Plan list(Request request, Session session) {
        checkMay(Operation.DESCRIBE, session, "client|list");
        Optional<Set<Long>> ids = Optional.empty();
        boolean isOfType = request.count() == 4 && request.is(2, "type");
        boolean isAny = !isOfType || isNormal(request, 3);
        if (request.count() > 3 && request.is(2, "id")) {
            ids = Optional.of(IntStream.range(3, request.count())
                    .mapToObj(i -> request.integer(i, "ERR Invalid client ID"))
                    .collect(Collectors.toSet()));
        } else if (request.count() != 2 && !isOfType) {
            throw Errors.syntax();
        }
        Optional<Set<Long>> wanted = ids;
        return new Plan.Now(out -> out.verbatim(server.clients().stream()
                .filter(client -> isAny)
                .filter(client -> wanted.isEmpty() || wanted.get().contains(client.id()))
                .map(client -> client.line(server.streams().wallMs()) + "\n")
                .collect(Collectors.joining())));
    }

    private Plan unblock(Request request, Session session) {
        checkMay(Operation.ALTER, session, "client|unblock");
        boolean withError = request.count() == 4 && request.is(3, "error");
        boolean isKnown = request.count() == 3 || withError || (request.count() == 4 && request.is(3, "timeout"));
        if (!isKnown) {
            throw new RedisException("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
        }
        long id = request.integer(2);
        return new Plan.Now(out -> out.integer(server.unblock(id, withError) ? 1 : 0));
    }

    /** By address alone, as the oldest clients do, or by filters, of which all must fit. */
    private Plan kill(Request request, Session session) {
        checkMay(Operation.ALTER, session, "client|kill");
        if (request.count() == 3) {
            String address = request.text(2);
            return new Plan.Now(out -> {
                if (killAll(client -> client.address().equals(address)) == 0) {
                    out.error("ERR No such client");
                } else {
                    out.ok();
                }
            });
        }
        if (request.count() % 2 != 0) {
            throw Errors.syntax();
        }
        List<Predicate<Session>> filters = new ArrayList<>();
        boolean isOwnSpared = true;
        for (int i = 2; i < request.count(); i += 2) {
            if (request.is(i, "skipme")) {
                isOwnSpared = yesOrNo(request, i + 1);
            } else {
                filters.add(filter(request, i));
            }
        }
        if (isOwnSpared) {
            filters.add(client -> client.id() != session.id());
        }
        return new Plan.Now(out ->
                out.integer(killAll(client -> filters.stream().allMatch(filter -> filter.test(client)))));
    }

    private static boolean yesOrNo(Request request, int at) {
        if (!request.is(at, "yes") && !request.is(at, "no")) {
            throw Errors.syntax();
        }
        return request.is(at, "yes");
    }

    private static Predicate<Session> filter(Request request, int at) {
        String value = request.text(at + 1);
        return switch (request.lower(at)) {
            case "id" -> {
                long id = request.integer(at + 1, "ERR client-id should be greater than 0");
                yield client -> client.id() == id;
            }
            case "addr" -> client -> client.address().equals(value);
            case "laddr" -> client -> client.localAddress().equals(value);
            case "user" -> client -> client.user().equals(value);
            case "type" -> {
                boolean isNormal = isNormal(request, at + 1);
                yield client -> isNormal;
            }
            default -> throw Errors.syntax();
        };
    }

    /** Other types of clients than these do not connect here. */
    private static boolean isNormal(Request request, int at) {
        return switch (request.lower(at)) {
            case "normal" -> true;
            case "master", "replica", "slave", "pubsub" -> false;
            default -> throw new RedisException("ERR Unknown client type '" + request.text(at) + "'");
        };
    }

    private int killAll(Predicate<Session> chosen) {
        int count = 0;
        for (Session client : server.clients()) {
            count += chosen.test(client) && server.kill(client.id()) ? 1 : 0;
        }
        return count;
    }

    private Plan tracking(Request request, Session session) {
        if (!request.is(2, "off")) {
            throw new RedisException("ERR keys are not tracked here");
        }
        return new Plan.Now(ReplyWriter::ok);
    }

    private Plan replies(Request request, Session session) {
        if (!request.is(2, "on")) {
            throw new RedisException("ERR replies cannot be switched off here");
        }
        return new Plan.Now(ReplyWriter::ok);
    }
}
