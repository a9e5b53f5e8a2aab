package io.sluice.protocol.redis.command;

import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.UserService;
import io.sluice.broker.api.UserService.SetCredential;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The configurations by Redis' names that clients and tools read, as far as they are true here. What can be set are the
 * entries of a block, how long new streams remember ids of producers, the slow log, how long clients may be idle, and the
 * password of the user {@code default}; any other only to what it is. Any thread.
 */
final class ConfigNames {
    private static final String BLOCK_ENTRIES = "stream-node-max-entries";
    private static final String PASSWORD = "requirepass";
    private static final long BLOCK_ENTRIES_MAX = 1_000_000;

    private final ServerState server;
    private final Map<String, Adjustable> numbers;

    /** What can be set to any number between two. */
    private record Adjustable(long least, long most, LongSupplier get, LongConsumer set) {}

    ConfigNames(ServerState server) {
        this.server = server;
        SlowLog slowLog = server.slowLog();
        numbers = Map.of(
                "timeout",
                new Adjustable(0, Integer.MAX_VALUE, server::idleSeconds, server::idleSeconds),
                "slowlog-log-slower-than",
                new Adjustable(-1, Long.MAX_VALUE, slowLog::thresholdMicros, slowLog::thresholdMicros),
                "slowlog-max-len",
                new Adjustable(0, SlowLog.LENGTH_MAX, slowLog::lengthMax, count -> slowLog.lengthMax((int) count)),
                "stream-idmp-duration",
                new Adjustable(
                        1,
                        OnceLimits.DURATION_SECONDS_MAX,
                        () -> onceLimits().durationSeconds(),
                        seconds -> limitOnce((int) seconds, onceLimits().idsMax())),
                "stream-idmp-maxsize",
                new Adjustable(
                        1,
                        OnceLimits.IDS_MAX,
                        () -> onceLimits().idsMax(),
                        count -> limitOnce(onceLimits().durationSeconds(), (int) count)));
    }

    private OnceLimits onceLimits() {
        return server.streams().onceLimits();
    }

    private void limitOnce(int durationSeconds, int idsMax) {
        server.streams().onceLimits(new OnceLimits(durationSeconds, idsMax));
    }

    Map<String, String> find(List<String> patterns, StreamService streams) {
        Map<String, String> found = new TreeMap<>();
        all(streams).forEach((name, value) -> {
            byte[] text = name.getBytes(StandardCharsets.US_ASCII);
            boolean isWanted = patterns.stream()
                    .anyMatch(pattern -> new Glob(pattern.getBytes(StandardCharsets.ISO_8859_1)).matches(text));
            if (isWanted) {
                found.put(name, value);
            }
        });
        return found;
    }

    private Map<String, String> all(StreamService streams) {
        Map<String, String> all = new TreeMap<>(Map.of(
                BLOCK_ENTRIES,
                Integer.toString(streams.blockEntries()),
                "stream-node-max-bytes",
                "0",
                "appendonly",
                "yes",
                "appendfsync",
                streams.durability().equals("fsync") ? "always" : "no",
                "save",
                "",
                "databases",
                "16",
                "maxmemory",
                "0",
                "maxmemory-policy",
                "noeviction"));
        all.putAll(Map.of(
                "port",
                Integer.toString(server.port()),
                "maxclients",
                Integer.toString(server.clientsMax()),
                "proto-max-bulk-len",
                Integer.toString(server.requestBytesMax()),
                "client-query-buffer-limit",
                Integer.toString(server.requestBytesMax()),
                "client-output-buffer-limit",
                "normal 0 0 0 slave 0 0 0 pubsub 0 0 0",
                "latency-monitor-threshold",
                "0"));
        all.putAll(Map.of(
                "notify-keyspace-events",
                "",
                "cluster-enabled",
                server.isClustered() ? "yes" : "no",
                "min-replicas-to-write",
                "0",
                "aclfile",
                "",
                "replicaof",
                "",
                "no-appendfsync-on-rewrite",
                "no",
                "aof-load-truncated",
                "yes",
                PASSWORD,
                ""));
        numbers.forEach(
                (name, number) -> all.put(name, Long.toString(number.get().getAsLong())));
        return all;
    }

    /** Sets all of them or none. Throws {@link RedisException} if one cannot be set so. */
    Plan set(Map<String, String> wanted, Session session) {
        StreamService streams = session.broker().streams();
        Map<String, String> current = all(streams);
        wanted.forEach((name, value) -> check(name, value, current));
        boolean isOfAll = wanted.keySet().stream().anyMatch(numbers::containsKey);
        String blockEntries = wanted.getOrDefault(BLOCK_ENTRIES, "");
        String password = wanted.getOrDefault(PASSWORD, "");
        if ((isOfAll || !blockEntries.isEmpty()) && !session.broker().access().mayToCluster(Operation.ALTER_CONFIGS)) {
            throw Errors.noPermission("config|set");
        }
        if (password.isEmpty()) {
            return new Plan.Now(out -> {
                setBlockEntries(blockEntries, streams);
                setNumbers(wanted);
                out.ok();
            });
        }
        UserService users = session.broker().users();
        return Plan.Read.slow(out -> {
            AclCommands.change(users, SetCredential.ofPassword("default", password, server.random()));
            setBlockEntries(blockEntries, streams);
            setNumbers(wanted);
            out.ok();
        });
    }

    private void setNumbers(Map<String, String> wanted) {
        numbers.forEach((name, number) -> {
            String value = wanted.get(name);
            if (value != null) {
                number.set().accept(Long.parseLong(value));
            }
        });
    }

    private static void checkNumber(String name, Adjustable number, String value) {
        if (!value.matches("-?[0-9]{1,18}")) {
            throw failed(name, "argument couldn't be parsed into an integer");
        }
        long wanted = Long.parseLong(value);
        if (wanted < number.least() || wanted > number.most()) {
            throw failed(name, "argument must be between " + number.least() + " and " + number.most() + " inclusive");
        }
    }

    private static void setBlockEntries(String value, StreamService streams) {
        if (!value.isEmpty()) {
            streams.blockEntries(Integer.parseInt(value));
        }
    }

    private void check(String name, String value, Map<String, String> current) {
        switch (name) {
            case BLOCK_ENTRIES -> {
                boolean isInRange = value.matches("[0-9]{1,7}")
                        && Long.parseLong(value) >= 1
                        && Long.parseLong(value) <= BLOCK_ENTRIES_MAX;
                if (!isInRange) {
                    throw failed(name, "argument must be between 1 and " + BLOCK_ENTRIES_MAX + " inclusive");
                }
            }
            case PASSWORD -> {
                if (!value.isEmpty() && !server.isLoginRequired()) {
                    throw failed(name, "clients need not log in here; start the broker with redis.login=true");
                }
                if (value.isEmpty() && server.isLoginRequired()) {
                    throw failed(name, "clients must log in here; start the broker with redis.login=false");
                }
            }
            default -> {
                Adjustable number = numbers.get(name);
                if (number != null) {
                    checkNumber(name, number, value);
                    return;
                }
                String now = current.get(name);
                if (now == null) {
                    throw new RedisException(
                            "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'");
                }
                if (!now.equalsIgnoreCase(value)) {
                    throw failed(name, "it is '" + now + "' here and cannot be changed while the broker runs");
                }
            }
        }
    }

    private static RedisException failed(String name, String reason) {
        return new RedisException("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason);
    }
}
