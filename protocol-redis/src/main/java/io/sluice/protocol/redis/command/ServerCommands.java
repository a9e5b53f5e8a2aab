package io.sluice.protocol.redis.command;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Commands about the server. */
final class ServerCommands {
    /** Whose words and numbers replies follow. */
    static final String REDIS_VERSION = "8.0.0";

    private final ServerState server;
    private final CommandTable table;
    private final ServerInfo info;
    private final ConfigNames configs;

    ServerCommands(ServerState server, CommandTable table) {
        this.server = server;
        this.table = table;
        info = new ServerInfo(server);
        configs = new ConfigNames();
    }

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.of(
                        "info",
                        -1,
                        "loading stale",
                        (request, session) -> new Plan.Now(out -> out.verbatim(info.text(request)))),
                CommandSpec.of("time", 1, "fast", (request, session) -> new Plan.Now(this::time)),
                CommandSpec.of("config|get", -3, "admin noscript", this::configGet),
                CommandSpec.of("config|set", -4, "admin noscript", this::configSet),
                CommandSpec.of("config|resetstat", 2, "admin noscript", (r, s) -> new Plan.Now(ReplyWriter::ok)),
                CommandSpec.of(
                        "command", 1, "loading stale", (r, s) -> new Plan.Now(out -> describe(table.all(), out))),
                CommandSpec.of(
                        "command|count",
                        2,
                        "loading stale",
                        (r, s) -> new Plan.Now(out -> out.integer(containers().size()))),
                CommandSpec.of("command|docs", -2, "loading stale", (r, s) -> new Plan.Now(out -> out.map(0))),
                CommandSpec.of("command|list", -2, "loading stale", (r, s) -> new Plan.Now(this::listCommands)),
                CommandSpec.of("command|info", -2, "loading stale", this::commandInfo),
                CommandSpec.of(
                        "acl|whoami", 2, "noscript", (r, session) -> new Plan.Now(out -> out.bulk(session.user()))),
                CommandSpec.of("wait", 3, "blocking", this::await));
    }

    private void time(ReplyWriter out) {
        long wallMs = server.streams().wallMs();
        out.array(2);
        out.bulk(Long.toString(wallMs / 1000));
        out.bulk(Long.toString(wallMs % 1000 * 1000));
    }

    /** No replica of Redis' kind exists, so none has received anything. */
    private Plan await(Request request, Session session) {
        request.integer(1);
        if (request.integer(2, "ERR timeout is not an integer or out of range") < 0) {
            throw new RedisException("ERR timeout is negative");
        }
        return Plan.Read.quick(List.of(), Operation.DESCRIBE, (views, out) -> out.integer(0));
    }

    private Plan configGet(Request request, Session session) {
        List<String> patterns =
                IntStream.range(2, request.count()).mapToObj(request::lower).toList();
        StreamService streams = session.broker().streams();
        return new Plan.Now(out -> {
            var found = configs.find(patterns, streams);
            out.map(found.size());
            found.forEach((name, value) -> {
                out.bulk(name);
                out.bulk(value);
            });
        });
    }

    private Plan configSet(Request request, Session session) {
        if (request.count() % 2 != 0) {
            throw Errors.arity("config|set");
        }
        for (int i = 2; i < request.count(); i += 2) {
            configs.check(request.lower(i), request.text(i + 1));
        }
        for (int i = 2; i < request.count(); i += 2) {
            configs.set(request.lower(i), request.text(i + 1), session.broker().streams());
        }
        return new Plan.Now(ReplyWriter::ok);
    }

    private Set<String> containers() {
        Set<String> names = new TreeSet<>();
        table.all().forEach(spec -> names.add(container(spec)));
        return names;
    }

    private static String container(CommandSpec spec) {
        int bar = spec.name().indexOf('|');
        return bar < 0 ? spec.name() : spec.name().substring(0, bar);
    }

    private void listCommands(ReplyWriter out) {
        Set<String> names = containers();
        out.array(names.size());
        names.forEach(out::bulk);
    }

    private Plan commandInfo(Request request, Session session) {
        return new Plan.Now(out -> {
            if (request.count() == 2) {
                describe(table.all(), out);
                return;
            }
            out.array(request.count() - 2L);
            for (int i = 2; i < request.count(); i++) {
                String name = request.lower(i);
                table.all().stream()
                        .filter(spec -> spec.name().equals(name))
                        .findFirst()
                        .ifPresentOrElse(spec -> describe(spec, out), out::nilArray);
            }
        });
    }

    private static void describe(Collection<CommandSpec> specs, ReplyWriter out) {
        out.array(specs.size());
        specs.forEach(spec -> describe(spec, out));
    }

    private static void describe(CommandSpec spec, ReplyWriter out) {
        out.array(10);
        out.bulk(spec.name());
        out.integer(spec.arity());
        List<String> flags =
                spec.flags().stream().filter(flag -> !flag.equals("at_once")).toList();
        out.set(flags.size());
        flags.forEach(out::simple);
        out.integer(spec.firstKey());
        out.integer(spec.lastKey());
        out.integer(spec.keyStep());
        out.set(0);
        out.array(0);
        out.array(0);
        out.array(0);
    }

    static long keyCount(StreamService streams) {
        long sum = 0;
        for (int database = 0; database < StreamKey.DATABASES; database++) {
            sum += streams.keyCount(database);
        }
        return sum;
    }
}
