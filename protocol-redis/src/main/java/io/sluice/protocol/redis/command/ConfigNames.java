package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The configurations by Redis' names that clients and tools read, as far as they are true here. Any thread. */
final class ConfigNames {
    private static final String BLOCK_ENTRIES = "stream-node-max-entries";
    private static final long BLOCK_ENTRIES_MAX = 1_000_000;

    ConfigNames() {}

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

    private static Map<String, String> all(StreamService streams) {
        return Map.of(
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
                "noeviction",
                "timeout",
                "0");
    }

    /** Throws {@link RedisException} if it cannot be set so. */
    void check(String name, String value) {
        if (!name.equals(BLOCK_ENTRIES)) {
            throw new RedisException(
                    "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "' (cannot be set here)");
        }
        boolean isInRange =
                value.matches("[0-9]{1,7}") && Long.parseLong(value) >= 1 && Long.parseLong(value) <= BLOCK_ENTRIES_MAX;
        if (!isInRange) {
            throw new RedisException("ERR CONFIG SET failed (possibly related to argument '" + name
                    + "') - argument must be between 1 and " + BLOCK_ENTRIES_MAX + " inclusive");
        }
    }

    void set(String name, String value, StreamService streams) {
        check(name, value);
        streams.blockEntries(Integer.parseInt(value));
    }
}
