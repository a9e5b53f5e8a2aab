package io.sluice.testkit.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Takes out of replies what time, chance or the inside of a server decides. */
final class Masks {
    private static final Set<String> TIMES_LEFT = Set.of("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME");
    private static final long FAR_MS = 8_000_000_000_000L;

    /** How many nodes a tree has is nobody's affair; the second group came with Redis 8.6 and 7.2. */
    private static final Set<String> FIELDS_LEFT_OUT = Set.of(
            "radix-tree-nodes",
            "idmp-duration",
            "idmp-maxsize",
            "pids-tracked",
            "iids-tracked",
            "iids-added",
            "iids-duplicates");

    private Masks() {}

    /** {@code areBlocksAlike} if blocks of entries, too, are compared. */
    static Object mask(List<String> command, Object reply, boolean areBlocksAlike) {
        String name = command.getFirst().toUpperCase(Locale.ROOT);
        if (TIMES_LEFT.contains(name)) {
            return time(name, reply.toString());
        }
        return switch (name) {
            case "KEYS" -> sorted(reply);
            case "SCAN" -> reply instanceof List<?> page && page.size() == 2 ? sorted(page.get(1)) : reply;
            case "RANDOMKEY" -> reply.equals("nil") ? reply : "some key";
            case "XPENDING" -> command.size() > 3 ? GroupMasks.pending(reply) : reply;
            case "XINFO" -> ofInfo(command, reply, areBlocksAlike);
            default -> reply;
        };
    }

    private static Object ofInfo(List<String> command, Object reply, boolean areBlocksAlike) {
        String subcommand = command.size() > 1 ? command.get(1).toUpperCase(Locale.ROOT) : "";
        if (subcommand.equals("GROUPS") || subcommand.equals("CONSUMERS")) {
            return GroupMasks.described(reply);
        }
        return subcommand.equals("STREAM") && reply instanceof List<?> fields ? known(fields, areBlocksAlike) : reply;
    }

    /** What was set as a moment is the same to the millisecond; what runs from now on is not. */
    private static Object time(String name, String reply) {
        if (!reply.startsWith(":") || reply.startsWith(":-")) {
            return reply;
        }
        long value = Long.parseLong(reply.substring(1));
        boolean isMoment = name.endsWith("EXPIRETIME") && (name.startsWith("P") ? value : value * 1_000) >= FAR_MS;
        return isMoment ? reply : "some time";
    }

    private static Object sorted(Object reply) {
        if (!(reply instanceof List<?> list)) {
            return reply;
        }
        List<Object> copy = new ArrayList<>(list);
        copy.sort(Comparator.comparing(Object::toString));
        return copy;
    }

    private static Object known(List<?> fields, boolean areBlocksAlike) {
        Map<Object, Object> map = new HashMap<>();
        List<Object> order = new ArrayList<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            if (!FIELDS_LEFT_OUT.contains(fields.get(i).toString())) {
                order.add(fields.get(i));
                boolean isOfGroups = fields.get(i).equals("groups");
                map.put(fields.get(i), isOfGroups ? GroupMasks.described(fields.get(i + 1)) : fields.get(i + 1));
            }
        }
        // A node whose entries were deleted one by one and trimmed may stay for a while.
        if (!areBlocksAlike || ":0".equals(map.get("length"))) {
            map.remove("radix-tree-keys");
        }
        return List.of(order, map);
    }
}
