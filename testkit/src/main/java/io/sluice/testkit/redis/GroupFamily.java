package io.sluice.testkit.redis;

import java.util.ArrayList;
import java.util.List;

/** Commands about consumer groups, as far as Redis 7.0 knows them. Idle times are such that only great ones matter. */
final class GroupFamily implements CommandFamily {
    private static final String LONG_MS = "10000000";

    @Override
    public List<List<String>> make(Choices choices) {
        return List.of(
                switch (choices.upTo(20)) {
                    case 0, 1, 2 -> create(choices);
                    case 3 -> change(choices);
                    case 4, 5, 6, 7 -> read(choices);
                    case 8 -> reread(choices);
                    case 9, 10, 11 -> ofIds(choices, List.of("XACK", choices.key(), group(choices)));
                    case 12, 13 -> claim(choices);
                    case 14, 15 -> claimIdle(choices);
                    case 16 -> List.of("XPENDING", choices.key(), group(choices));
                    case 17 -> pending(choices);
                    case 18 -> List.of("XINFO", "GROUPS", choices.key());
                    default -> List.of("XINFO", "CONSUMERS", choices.key(), group(choices));
                });
    }

    private static String group(Choices choices) {
        return choices.oneOf("g", "h");
    }

    private static String consumer(Choices choices) {
        return choices.oneOf("a", "b", "c\u00ff");
    }

    private static List<String> create(Choices choices) {
        String at = choices.oneOf("0", "0", "$", choices.id());
        List<String> words = new ArrayList<>(List.of("XGROUP", "CREATE", choices.key(), group(choices), at));
        if (choices.chance(4)) {
            words.add("MKSTREAM");
        }
        return words;
    }

    private static List<String> change(Choices choices) {
        return switch (choices.upTo(8)) {
            case 0 -> List.of("XGROUP", "DESTROY", choices.key(), group(choices));
            case 1, 2 -> List.of("XGROUP", "DELCONSUMER", choices.key(), group(choices), consumer(choices));
            case 3, 4 -> List.of("XGROUP", "CREATECONSUMER", choices.key(), group(choices), consumer(choices));
            default ->
                List.of(
                        "XGROUP",
                        "SETID",
                        choices.key(),
                        group(choices),
                        choices.oneOf("0", "$", "-", "+", choices.id()));
        };
    }

    private static List<String> read(Choices choices) {
        List<String> words = reading(choices);
        boolean isOfTwo = choices.chance(5);
        words.add("STREAMS");
        words.add(choices.key());
        if (isOfTwo) {
            words.add(choices.key());
            words.add(choices.oneOf(">", ">", "$", choices.id()));
        }
        words.add(">");
        return words;
    }

    private static List<String> reading(Choices choices) {
        List<String> words = new ArrayList<>(List.of("XREADGROUP", "GROUP", group(choices), consumer(choices)));
        if (choices.chance(2)) {
            words.addAll(List.of("COUNT", choices.count()));
        }
        if (choices.chance(8)) {
            words.add("NOACK");
        }
        return words;
    }

    private static List<String> reread(Choices choices) {
        List<String> words = reading(choices);
        words.addAll(List.of("STREAMS", choices.key(), choices.id()));
        return words;
    }

    private static List<String> ofIds(Choices choices, List<String> before) {
        List<String> words = new ArrayList<>(before);
        for (int i = choices.upTo(4); i >= 0; i--) {
            words.add(choices.id());
        }
        return words;
    }

    private static List<String> claim(Choices choices) {
        List<String> words = ofIds(
                choices,
                List.of(
                        "XCLAIM",
                        choices.key(),
                        group(choices),
                        consumer(choices),
                        choices.oneOf("0", "0", "-1", LONG_MS)));
        for (int i = choices.upTo(3); i > 0; i--) {
            switch (choices.upTo(6)) {
                case 0 -> words.addAll(List.of("IDLE", LONG_MS));
                case 1 -> words.addAll(List.of("TIME", choices.oneOf("0", "1", "-5")));
                case 2 -> words.addAll(List.of("RETRYCOUNT", Integer.toString(choices.upTo(5))));
                case 3 -> words.add("FORCE");
                case 4 -> words.add("JUSTID");
                default -> words.addAll(List.of("LASTID", choices.id()));
            }
        }
        return words;
    }

    private static List<String> claimIdle(Choices choices) {
        List<String> words = new ArrayList<>(List.of(
                "XAUTOCLAIM",
                choices.key(),
                group(choices),
                consumer(choices),
                choices.oneOf("0", "0", LONG_MS),
                choices.bound()));
        if (choices.chance(2)) {
            words.addAll(List.of("COUNT", choices.count()));
        }
        if (choices.chance(4)) {
            words.add("JUSTID");
        }
        return words;
    }

    private static List<String> pending(Choices choices) {
        List<String> words = new ArrayList<>(List.of("XPENDING", choices.key(), group(choices)));
        if (choices.chance(3)) {
            words.addAll(List.of("IDLE", choices.oneOf("0", LONG_MS)));
        }
        words.addAll(List.of(choices.bound(), choices.bound(), choices.count()));
        if (choices.chance(3)) {
            words.add(consumer(choices));
        }
        return words;
    }
}
