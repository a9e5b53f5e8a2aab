package io.sluice.protocol.redis.command;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The commands there are. What is not here is answered as Redis answers what it does not know. Any thread. */
public final class CommandTable {
    private static final int SHOWN_WORDS_CHARS_MAX = 128;

    /** Commands for types that are not kept here. */
    private static final Set<String> OF_OTHER_TYPES = Set.of(
            "get",
            "set",
            "setex",
            "psetex",
            "setnx",
            "getset",
            "getdel",
            "getex",
            "mget",
            "mset",
            "msetnx",
            "append",
            "strlen",
            "incr",
            "decr",
            "incrby",
            "decrby",
            "incrbyfloat",
            "getrange",
            "setrange",
            "setbit",
            "getbit",
            "bitcount",
            "bitop",
            "bitpos",
            "lpush",
            "rpush",
            "lpushx",
            "rpushx",
            "lpop",
            "rpop",
            "llen",
            "lrange",
            "lindex",
            "lset",
            "lrem",
            "ltrim",
            "linsert",
            "lmove",
            "blpop",
            "brpop",
            "blmove",
            "hset",
            "hsetnx",
            "hget",
            "hmset",
            "hmget",
            "hgetall",
            "hdel",
            "hexists",
            "hlen",
            "hkeys",
            "hvals",
            "hincrby",
            "hscan",
            "sadd",
            "srem",
            "smembers",
            "sismember",
            "scard",
            "spop",
            "srandmember",
            "sinter",
            "sunion",
            "sdiff",
            "sscan",
            "zadd",
            "zrem",
            "zrange",
            "zrangebyscore",
            "zscore",
            "zcard",
            "zincrby",
            "zrank",
            "zpopmin",
            "zpopmax",
            "zscan",
            "pfadd",
            "pfcount",
            "geoadd",
            "geosearch",
            "publish",
            "subscribe",
            "psubscribe",
            "unsubscribe",
            "punsubscribe",
            "ssubscribe",
            "spublish");

    private final Map<String, CommandSpec> commands = new HashMap<>();
    private final Map<String, CommandSpec> sorted = new TreeMap<>();

    /** All of them. */
    public CommandTable(ServerState server) {
        new ConnectionCommands(server).all().forEach(this::add);
        new ServerCommands(server, this).all().forEach(this::add);
        new KeyCommands(server).all().forEach(this::add);
        new StreamWrites().all().forEach(this::add);
        new StreamReads().all().forEach(this::add);
    }

    private void add(CommandSpec spec) {
        commands.put(spec.name(), spec);
        sorted.put(spec.name(), spec);
    }

    Collection<CommandSpec> all() {
        return sorted.values();
    }

    /** The command or subcommand, with as many words as it must have. Throws {@link RedisException}. */
    public CommandSpec find(Request request) {
        String name = request.name();
        CommandSpec spec = commands.get(name);
        if (spec == null && request.count() > 1) {
            spec = commands.get(name + "|" + request.lower(1));
        }
        if (spec == null) {
            throw unknown(name, request);
        }
        if (!spec.fits(request.count())) {
            throw Errors.arity(spec.name());
        }
        return spec;
    }

    private RedisException unknown(String name, Request request) {
        boolean isContainer = sorted.keySet().stream().anyMatch(each -> each.startsWith(name + "|"));
        if (isContainer && request.count() == 1) {
            return Errors.arity(name);
        }
        if (isContainer) {
            return new RedisException("ERR unknown subcommand '" + shown(request.word(1)) + "'. Try "
                    + name.toUpperCase(Locale.ROOT) + " HELP.");
        }
        if (OF_OTHER_TYPES.contains(name)) {
            return new RedisException("ERR this server keeps streams only; '" + name + "' is for another type");
        }
        StringBuilder text = new StringBuilder("ERR unknown command '")
                .append(shown(request.word(0)))
                .append("', with args beginning with: ");
        int shownChars = 0;
        for (int i = 1; i < request.count() && shownChars < SHOWN_WORDS_CHARS_MAX; i++) {
            String word = shown(request.word(i));
            text.append('\'').append(word).append("' ");
            shownChars += word.length();
        }
        return new RedisException(text.toString());
    }

    private static String shown(byte[] word) {
        String text = new String(word, StandardCharsets.ISO_8859_1);
        return text.length() > SHOWN_WORDS_CHARS_MAX ? text.substring(0, SHOWN_WORDS_CHARS_MAX) : text;
    }
}
