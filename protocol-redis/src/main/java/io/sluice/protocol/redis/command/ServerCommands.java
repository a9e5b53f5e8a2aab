package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Commands about the server. */
final class ServerCommands {
    /** Whose words and numbers replies follow. */
    static final String REDIS_VERSION = "8.6.0";

    private final ServerState server;
    private final ServerInfo info;
    private final ConfigNames configs;

    ServerCommands(ServerState server) {
        this.server = server;
        info = new ServerInfo(server);
        configs = new ConfigNames(server);
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
                CommandSpec.of("config|rewrite", 2, "admin noscript", (r, s) -> {
                    throw new RedisException("ERR The server is running without a config file");
                }),
                CommandSpec.of("config|resetstat", 2, "admin noscript", (r, s) -> new Plan.Now(ReplyWriter::ok)));
    }

    private void time(ReplyWriter out) {
        long wallMs = server.streams().wallMs();
        out.array(2);
        out.bulk(Long.toString(wallMs / 1000));
        out.bulk(Long.toString(wallMs % 1000 * 1000));
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
        Map<String, String> wanted = new LinkedHashMap<>();
        for (int i = 2; i < request.count(); i += 2) {
            if (wanted.put(request.lower(i), request.text(i + 1)) != null) {
                throw new RedisException("ERR CONFIG SET failed (possibly related to argument '" + request.text(i)
                        + "') - duplicate parameter");
            }
        }
        return configs.set(wanted, session);
    }

    static long keyCount(StreamService streams) {
        long sum = 0;
        for (int database = 0; database < StreamKey.DATABASES; database++) {
            sum += streams.keyCount(database);
        }
        return sum;
    }
}
