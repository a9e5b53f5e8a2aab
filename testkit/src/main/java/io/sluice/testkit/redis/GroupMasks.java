package io.sluice.testkit.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes out of what servers tell of groups what time decides, and what came with Redis 7.2. */
final class GroupMasks {
    private static final Set<String> OF_TIME = Set.of("idle", "inactive", "seen-time", "active-time");

    private static final Set<String> COUNTED_ANEW = Set.of("lag", "entries-read");

    private static final int IDLE_OF_PENDING = 2;

    private GroupMasks() {}

    /** A row of XPENDING: id, consumer, idle time, count. */
    static Object pending(Object reply) {
        if (!(reply instanceof List<?> rows)) {
            return reply;
        }
        List<Object> masked = new ArrayList<>();
        for (Object row : rows) {
            masked.add(row instanceof List<?> columns && columns.size() == 4 ? without(columns, IDLE_OF_PENDING) : row);
        }
        return masked;
    }

    private static List<Object> without(List<?> columns, int index) {
        List<Object> masked = new ArrayList<>(columns);
        masked.remove(index);
        return masked;
    }

    /** What XINFO tells of groups or consumers, each a list of names and values in turn. */
    static Object described(Object reply) {
        if (!(reply instanceof List<?> all)) {
            return reply;
        }
        List<Object> masked = new ArrayList<>();
        for (Object each : all) {
            masked.add(each instanceof List<?> fields ? fields(fields) : each);
        }
        return masked;
    }

    private static Map<Object, Object> fields(List<?> fields) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            String name = fields.get(i).toString();
            if (OF_TIME.contains(name)) {
                continue;
            }
            map.put(
                    name,
                    switch (name) {
                        case "consumers" -> described(fields.get(i + 1));
                        case "pending" -> ofTime(fields.get(i + 1));
                        default -> fields.get(i + 1);
                    });
        }
        return map;
    }

    /** Rows of XINFO STREAM FULL, of a group with a name and of a consumer without: the time stands before the count. */
    private static Object ofTime(Object pending) {
        if (!(pending instanceof List<?> rows)) {
            return pending;
        }
        List<Object> masked = new ArrayList<>();
        for (Object row : rows) {
            boolean isWhole = row instanceof List<?> columns && columns.size() > 2;
            masked.add(isWhole ? without((List<?>) row, ((List<?>) row).size() - 2) : row);
        }
        return masked;
    }

    /**
     * What servers of all versions tell alike: without consumers that have nothing, for since 7.2 asking in vain makes one, and
     * without what is counted by newer rules.
     */
    static Object old(Object masked) {
        if (masked instanceof List<?> list) {
            return list.stream()
                    .filter(each -> !isIdler(each))
                    .map(GroupMasks::old)
                    .toList();
        }
        if (!(masked instanceof Map<?, ?> map)) {
            return masked;
        }
        Map<Object, Object> rest = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            boolean isNumberOfConsumers = name.equals("consumers") && !(value instanceof List<?>);
            if (!isNumberOfConsumers && !COUNTED_ANEW.contains(name.toString())) {
                rest.put(name, old(value));
            }
        });
        return rest;
    }

    /** A consumer in XINFO CONSUMERS or in XINFO STREAM FULL that has nothing pending. */
    private static boolean isIdler(Object each) {
        boolean isConsumer = each instanceof Map<?, ?> map && map.containsKey("pending") && !map.containsKey("lag");
        return isConsumer && List.of(":0", List.of()).contains(((Map<?, ?>) each).get("pending"));
    }
}
