package io.sluice.protocol.redis.command;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The commands there are. What is not here is answered as Redis answers what it does not know. Any thread. */
public final class CommandTable {
    private static final int SHOWN_WORDS_CHARS_MAX = 128;

    /** Commands for types that are not kept here. */
    private static final Set<String> OF_OTHER_TYPES = words("""
            append decr decrby get getdel getex getrange getset incr incrby incrbyfloat lcs mget mset msetex msetnx psetex set setex
            setnx setrange strlen substr delex digest
            hdel hexists hexpire hexpireat hexpiretime hget hgetall hgetdel hgetex hincrby hincrbyfloat hkeys hlen hmget hmset hpersist
            hpexpire hpexpireat hpexpiretime hpttl hrandfield hscan hset hsetex hsetnx hstrlen httl hvals
            blmove blmpop blpop brpop brpoplpush lindex linsert llen lmove lmpop lpop lpos lpush lpushx lrange lrem lset ltrim rpop
            rpoplpush rpush rpushx sort sort_ro
            sadd scard sdiff sdiffstore sinter sintercard sinterstore sismember smembers smismember smove spop srandmember srem sscan
            sunion sunionstore
            bzmpop bzpopmax bzpopmin zadd zcard zcount zdiff zdiffstore zincrby zinter zintercard zinterstore zlexcount zmpop zmscore
            zpopmax zpopmin zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank
            zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore
            bitcount bitfield bitfield_ro bitop bitpos getbit setbit pfadd pfcount pfmerge
            geoadd geodist geohash geopos georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch geosearchstore
            """);

    private static final Set<String> OF_CHANNELS =
            words("psubscribe publish pubsub punsubscribe spublish ssubscribe subscribe sunsubscribe unsubscribe");

    private final Map<String, CommandSpec> commands = new HashMap<>();
    private final TreeMap<String, CommandSpec> sorted = new TreeMap<>();
    private final Set<String> names = new TreeSet<>();
    private final Set<String> containers = new HashSet<>();

    /** All of them. */
    public CommandTable(ServerState server) {
        new ConnectionCommands(server).all().forEach(this::add);
        new ServerCommands(server).all().forEach(this::add);
        new CommandDescriptions(this).all().forEach(this::add);
        new PersistenceCommands(server).all().forEach(this::add);
        new AclCommands(server).all().forEach(this::add);
        new ClusterCommands(server).all().forEach(this::add);
        new MonitoringCommands(server.slowLog()).all().forEach(this::add);
        new KeyCommands(server).all().forEach(this::add);
        new StreamWrites().all().forEach(this::add);
        new OnceCommands().all().forEach(this::add);
        new StreamReads().all().forEach(this::add);
        new GroupCommands().all().forEach(this::add);
        ReadGroupCommand.all().forEach(this::add);
        new SettleCommands().all().forEach(this::add);
        new ClaimCommands().all().forEach(this::add);
        new GroupLookCommands().all().forEach(this::add);
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+", -1));
    }

    private void add(CommandSpec spec) {
        commands.put(spec.name(), spec);
        int bar = spec.name().indexOf('|');
        if (bar > 0) {
            containers.add(spec.name().substring(0, bar));
        }
        names.add(bar < 0 ? spec.name() : spec.name().substring(0, bar));
        sorted.put(spec.name(), spec);
    }

    /** In the order of names, subcommands too. */
    Collection<CommandSpec> all() {
        return Collections.unmodifiableCollection(sorted.values());
    }

    /** What requests begin with, in order. */
    Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    /** The command or, as {@code container|name}, subcommand of this name. */
    @Nullable
    CommandSpec named(String name) {
        return commands.get(name);
    }

    /** In the order of names. */
    Collection<CommandSpec> subcommands(String container) {
        return Collections.unmodifiableCollection(
                sorted.subMap(container + '|', container + (char) ('|' + 1)).values());
    }

    /** The command or subcommand, with as many words as it must have. Throws {@link RedisException}. */
    public CommandSpec find(Request request) {
        String name = request.name();
        CommandSpec spec = request.count() > 1 ? subcommand(name, request) : null;
        if (spec == null) {
            spec = commands.get(name);
        }
        if (spec == null) {
            throw unknown(name, request);
        }
        if (!spec.fits(request.count())) {
            throw Errors.arity(spec.name());
        }
        return spec;
    }

    private @Nullable CommandSpec subcommand(String name, Request request) {
        return containers.contains(name) ? commands.get(name + "|" + request.lower(1)) : null;
    }

    private RedisException unknown(String name, Request request) {
        boolean isContainer = containers.contains(name);
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
        if (OF_CHANNELS.contains(name)) {
            return new RedisException(
                    "ERR this server has no channels to publish to or to subscribe to, it keeps streams");
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
