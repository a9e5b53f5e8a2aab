package io.sluice.protocol.redis.command;

import io.sluice.protocol.redis.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What COMMAND tells of the commands, as <a href="https://redis.io/docs/latest/commands/command/">Redis</a> does: a command with
 * subcommands is one, and they are its tenth element. Clients of a cluster learn from it which words are keys.
 */
final class CommandDescriptions {
    /** Of a command that only has subcommands. */
    private static final int CONTAINER_ARITY = -2;

    private final CommandTable table;

    CommandDescriptions(CommandTable table) {
        this.table = table;
    }

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.of("command", 1, "loading stale", (r, s) -> new Plan.Now(this::describeAll)),
                CommandSpec.of(
                        "command|count",
                        2,
                        "loading stale",
                        (r, s) -> new Plan.Now(out -> out.integer(table.names().size()))),
                CommandSpec.of("command|docs", -2, "loading stale", (r, s) -> new Plan.Now(out -> out.map(0))),
                CommandSpec.of("command|list", -2, "loading stale", this::list),
                CommandSpec.of("command|info", -2, "loading stale", this::info),
                CommandSpec.of("command|getkeys", -3, "loading stale", this::keysOf));
    }

    /** Subcommands too, in Redis' way of writing them. */
    private Plan list(Request request, Session session) {
        boolean isFiltered = request.count() == 5 && request.is(2, "filterby");
        if (request.count() > 2 && !isFiltered) {
            throw Errors.syntax();
        }
        Set<String> names = new TreeSet<>(table.names());
        table.all().forEach(spec -> names.add(spec.name()));
        if (isFiltered && request.is(3, "pattern")) {
            Glob pattern = new Glob(request.word(4));
            names.removeIf(name -> !pattern.matches(name.getBytes(StandardCharsets.ISO_8859_1)));
        } else if (isFiltered && (request.is(3, "module") || request.is(3, "aclcat"))) {
            // There are no modules, and the commands are in no categories.
            names.clear();
        } else if (isFiltered) {
            throw Errors.syntax();
        }
        return new Plan.Now(out -> {
            out.array(names.size());
            names.forEach(out::bulk);
        });
    }

    private Plan info(Request request, Session session) {
        return new Plan.Now(out -> {
            if (request.count() == 2) {
                describeAll(out);
                return;
            }
            out.array(request.count() - 2L);
            for (int i = 2; i < request.count(); i++) {
                String name = request.lower(i);
                CommandSpec spec = table.named(name);
                if (spec == null && !table.names().contains(name)) {
                    out.nilArray();
                } else {
                    describe(name, spec, out);
                }
            }
        });
    }

    private Plan keysOf(Request request, Session session) {
        Request inner = new Request(request.words().subList(2, request.count()));
        CommandSpec spec;
        try {
            spec = table.find(inner);
        } catch (RedisException unknown) {
            throw new RedisException("ERR Invalid command specified");
        }
        List<byte[]> keys = CommandKeys.of(spec, inner);
        if (keys.isEmpty()) {
            throw new RedisException("ERR The command has no key arguments");
        }
        return new Plan.Now(out -> {
            out.array(keys.size());
            keys.forEach(out::bulk);
        });
    }

    private void describeAll(ReplyWriter out) {
        Collection<String> names = table.names();
        out.array(names.size());
        names.forEach(name -> describe(name, table.named(name), out));
    }

    /** Without a spec it is a command that only has subcommands. */
    private void describe(String name, @Nullable CommandSpec spec, ReplyWriter out) {
        Collection<CommandSpec> subcommands = table.subcommands(name);
        out.array(10);
        out.bulk(name);
        if (spec == null) {
            out.integer(CONTAINER_ARITY);
            out.set(0);
            out.integer(0);
            out.integer(0);
            out.integer(0);
        } else {
            out.integer(subcommands.isEmpty() ? spec.arity() : -Math.abs(spec.arity()));
            List<String> flags = spec.flags().stream()
                    .filter(flag -> !flag.equals("at_once"))
                    .toList();
            out.set(flags.size());
            flags.forEach(out::simple);
            out.integer(spec.firstKey());
            out.integer(spec.lastKey());
            out.integer(spec.keyStep());
        }
        out.set(0);
        out.array(0);
        out.array(0);
        out.array(subcommands.size());
        subcommands.forEach(each -> describe(each.name(), each, out));
    }
}
