package io.sluice.protocol.redis.command;

import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.List;

/** What monitoring tools ask. There is no latency monitor, which is told as one that found nothing. */
final class MonitoringCommands {
    private static final List<String> SLOWLOG_HELP = List.of(
            "SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "GET [<count>]",
            "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
            "LEN",
            "    Return the length of the slowlog.",
            "RESET",
            "    Reset the slowlog.",
            "HELP",
            "    Print this help.");
    private static final List<String> MEMORY_HELP = List.of(
            "MEMORY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "USAGE <key> [SAMPLES <count>]",
            "    Return the bytes of the key's log, in memory and on disk.",
            "HELP",
            "    Print this help.");

    private static final long STANDARD_COUNT = 10;

    private final SlowLog slowLog;

    MonitoringCommands(SlowLog slowLog) {
        this.slowLog = slowLog;
    }

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.keyed("memory|usage", -3, "readonly", 2, 2, 1, this::usage),
                CommandSpec.of("memory|help", 2, "loading stale", (r, s) -> help(MEMORY_HELP)),
                CommandSpec.of("slowlog|get", -2, "admin loading stale", this::slow),
                CommandSpec.of(
                        "slowlog|len",
                        2,
                        "admin loading stale",
                        (r, s) -> new Plan.Now(out -> out.integer(slowLog.length()))),
                CommandSpec.of(
                        "slowlog|reset",
                        2,
                        "admin loading stale",
                        (r, s) -> new Plan.Now(out -> {
                            slowLog.clear();
                            out.ok();
                        })),
                CommandSpec.of("slowlog|help", 2, "loading stale", (r, s) -> help(SLOWLOG_HELP)),
                CommandSpec.of("latency|latest", 2, "admin noscript", (r, s) -> new Plan.Now(out -> out.array(0))),
                CommandSpec.of("latency|history", 3, "admin noscript", (r, s) -> new Plan.Now(out -> out.array(0))),
                CommandSpec.of("latency|histogram", -2, "admin noscript", (r, s) -> new Plan.Now(out -> out.map(0))),
                CommandSpec.of("module|list", 2, "admin noscript", (r, s) -> new Plan.Now(out -> out.array(0))),
                CommandSpec.of(
                        "role", 1, "noscript loading stale fast", (r, s) -> new Plan.Now(MonitoringCommands::role)),
                CommandSpec.of("latency|reset", -2, "admin noscript", (r, s) -> new Plan.Now(out -> out.integer(0))));
    }

    /** Of Redis' roles it is that of a master without replicas: how nodes keep copies of each other is none of theirs. */
    private static void role(ReplyWriter out) {
        out.array(3);
        out.bulk("master");
        out.integer(0);
        out.array(0);
    }

    private static Plan help(List<String> lines) {
        return new Plan.Now(out -> out.simples(lines));
    }

    private Plan slow(Request request, Session session) {
        if (request.count() > 3) {
            throw Errors.arity("slowlog|get");
        }
        long count = request.count() == 3 ? request.integer(2) : STANDARD_COUNT;
        if (count < -1) {
            throw new RedisException("ERR count should be greater than or equal to -1");
        }
        return new Plan.Now(out -> {
            List<SlowLog.Entry> entries = slowLog.newest(count < 0 ? Long.MAX_VALUE : count);
            out.array(entries.size());
            for (SlowLog.Entry entry : entries) {
                out.array(6);
                out.integer(entry.id());
                out.integer(entry.wallSeconds());
                out.integer(entry.micros());
                out.array(entry.words().size());
                entry.words().forEach(out::bulk);
                out.bulk(entry.address());
                out.bulk(entry.name());
            }
        });
    }

    private Plan usage(Request request, Session session) {
        boolean isPlain = request.count() == 3;
        if (!isPlain && (request.count() != 5 || !request.is(3, "samples"))) {
            throw Errors.syntax();
        }
        if (!isPlain && request.integer(4) < 0) {
            throw Errors.syntax();
        }
        return KeyCommands.look(
                request,
                session,
                2,
                (view, out) -> view.ifPresentOrElse(found -> out.integer(found.sizeBytes()), out::nil));
    }
}
