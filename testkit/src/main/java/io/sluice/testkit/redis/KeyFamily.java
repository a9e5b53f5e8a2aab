package io.sluice.testkit.redis;

import java.util.ArrayList;
import java.util.List;

/** Commands about keys, databases and transactions. Times are such that nothing expires by itself. */
final class KeyFamily implements CommandFamily {
    private static final String LATER_SECONDS = "99999999";
    private static final String LATER_MS = "99999999000";
    private static final List<String> FAR_MS = List.of("9999999990000", "9999999999500", "8888888888888");

    private final CommandFamily inside;

    /** Transactions hold commands of the other family. */
    KeyFamily(CommandFamily inside) {
        this.inside = inside;
    }

    @Override
    public List<List<String>> make(Choices choices) {
        return switch (choices.upTo(12)) {
            case 0 -> transaction(choices);
            case 1, 2 -> List.of(expiry(choices));
            case 3 -> List.of(List.of(choices.oneOf("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"), choices.key()));
            case 4 -> List.of(List.of(choices.oneOf("DEL", "UNLINK"), choices.key()));
            case 5 -> List.of(List.of(choices.oneOf("EXISTS", "TOUCH"), choices.key(), choices.key()));
            case 6 -> List.of(List.of(choices.oneOf("RENAME", "RENAMENX"), choices.key(), choices.key()));
            case 7, 8 -> List.of(List.of(choices.oneOf("TYPE", "PERSIST"), choices.key()));
            case 9 -> List.of(List.of("OBJECT", "ENCODING", choices.key()));
            case 10 -> database(choices);
            default -> all(choices);
        };
    }

    private List<List<String>> transaction(Choices choices) {
        List<List<String>> commands = new ArrayList<>();
        if (choices.chance(3)) {
            commands.add(List.of("WATCH", choices.key()));
            if (choices.chance(2)) {
                // WATCH of 7.0 does not see XSETID, and no version says so.
                inside.make(choices).stream()
                        .filter(made -> !made.contains("XSETID"))
                        .forEach(commands::add);
            }
        }
        commands.add(List.of("MULTI"));
        int count = choices.upTo(5);
        for (int i = 0; i < count; i++) {
            commands.addAll(inside.make(choices));
        }
        commands.add(List.of(choices.chance(6) ? "DISCARD" : "EXEC"));
        return commands;
    }

    /** Which of two times from now on is later depends on the moment: GT and LT are for moments. */
    private static List<String> expiry(Choices choices) {
        List<String> words = new ArrayList<>();
        boolean isMoment = choices.chance(2);
        if (isMoment && choices.chance(2)) {
            words.addAll(List.of("EXPIREAT", choices.key(), choices.oneOf("9999999999", "-1", "8888888888")));
        } else if (isMoment) {
            words.addAll(List.of("PEXPIREAT", choices.key(), FAR_MS.get(choices.upTo(FAR_MS.size()))));
        } else if (choices.chance(2)) {
            words.addAll(List.of("EXPIRE", choices.key(), LATER_SECONDS));
        } else {
            words.addAll(List.of("PEXPIRE", choices.key(), LATER_MS));
        }
        int options = choices.upTo(3);
        for (int i = 0; i < options; i++) {
            words.add(isMoment ? choices.oneOf("NX", "XX", "GT", "LT") : choices.oneOf("NX", "XX"));
        }
        return words;
    }

    private static List<List<String>> database(Choices choices) {
        String index = Integer.toString(choices.upTo(2));
        return switch (choices.upTo(4)) {
            case 0 -> List.of(List.of("MOVE", choices.key(), index));
            default -> List.of(List.of("SELECT", index));
        };
    }

    private static List<List<String>> all(Choices choices) {
        return switch (choices.upTo(12)) {
            case 0 -> List.of(List.of("FLUSHDB"));
            case 1, 2, 3 -> List.of(List.of("DBSIZE"));
            case 4, 5 -> List.of(List.of("KEYS", choices.oneOf("*", "s", "?", "[st]", "{t}*", "\\s", "[^s]")));
            case 6, 7 -> List.of(List.of("SCAN", "0", "COUNT", "1000", "TYPE", choices.oneOf("stream", "string")));
            case 8 -> List.of(List.of("RANDOMKEY"));
            case 9 -> List.of(List.of("ECHO", choices.text()));
            default -> List.of(List.of("EXISTS", choices.key()));
        };
    }
}
