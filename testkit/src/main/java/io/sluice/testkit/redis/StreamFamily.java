package io.sluice.testkit.redis;

import java.util.ArrayList;
import java.util.List;

/** Stream commands without groups, as far as Redis 7.0 knows them. */
final class StreamFamily implements CommandFamily {
    private int step;

    @Override
    public List<List<String>> make(Choices choices) {
        return List.of(
                switch (choices.upTo(16)) {
                    case 0, 1, 2, 3, 4, 5 -> add(choices);
                    case 6, 7 -> range(choices);
                    case 8 -> read(choices);
                    case 9, 10 -> delete(choices);
                    case 11 -> trim(choices);
                    case 12 -> setId(choices);
                    case 13 -> List.of("XLEN", choices.key());
                    default -> info(choices);
                });
    }

    private List<String> add(Choices choices) {
        step += choices.upTo(3) == 0 ? 1 : 0;
        // Ids that the server chooses in one stream only: in two they may be the same for one server and not for the
        // other.
        boolean isChosen = choices.chance(25);
        List<String> words = new ArrayList<>(
                List.of(choices.oneOf("XADD", "xadd"), isChosen ? Choices.KEYS.getFirst() : choices.key()));
        if (choices.chance(12)) {
            words.add("NOMKSTREAM");
        }
        if (choices.chance(6)) {
            words.addAll(trimming(choices));
        }
        words.add(isChosen ? "*" : choices.newId(step));
        int pairs = choices.chance(5) ? 1 + choices.upTo(3) : 1;
        for (int i = 0; i < 2 * pairs; i++) {
            words.add(choices.text());
        }
        return words;
    }

    private static List<String> trimming(Choices choices) {
        List<String> words = new ArrayList<>();
        boolean isByCount = choices.chance(2);
        words.add(isByCount ? "MAXLEN" : "MINID");
        String mode = choices.oneOf("", "=", "~", "~");
        if (!mode.isEmpty()) {
            words.add(mode);
        }
        words.add(isByCount ? Integer.toString(choices.upTo(20)) : choices.id());
        if (choices.chance(5)) {
            words.addAll(List.of("LIMIT", choices.count()));
        }
        return words;
    }

    private static List<String> range(Choices choices) {
        List<String> words = new ArrayList<>(
                List.of(choices.oneOf("XRANGE", "XREVRANGE"), choices.key(), choices.bound(), choices.bound()));
        if (choices.chance(2)) {
            words.addAll(List.of("COUNT", choices.count()));
        }
        return words;
    }

    private static List<String> read(Choices choices) {
        List<String> words = new ArrayList<>(List.of("XREAD"));
        if (choices.chance(2)) {
            words.addAll(List.of("COUNT", choices.count()));
        }
        words.add("STREAMS");
        int keys = 1 + choices.upTo(3);
        for (int i = 0; i < keys; i++) {
            words.add(choices.key());
        }
        int ids = choices.chance(20) ? keys + 1 : keys;
        for (int i = 0; i < ids; i++) {
            words.add(choices.chance(12) ? choices.oneOf("$", "+", ">") : choices.id());
        }
        return words;
    }

    private static List<String> delete(Choices choices) {
        List<String> words = new ArrayList<>(List.of("XDEL", choices.key()));
        int ids = 1 + choices.upTo(4);
        for (int i = 0; i < ids; i++) {
            words.add(choices.id());
        }
        return words;
    }

    private static List<String> trim(Choices choices) {
        List<String> words = new ArrayList<>(List.of("XTRIM", choices.key()));
        words.addAll(trimming(choices));
        return words;
    }

    private List<String> setId(Choices choices) {
        String id = choices.chance(3) ? choices.id() : Integer.toString(step + choices.upTo(2));
        List<String> words = new ArrayList<>(List.of("XSETID", choices.key(), id));
        if (choices.chance(3)) {
            words.addAll(List.of("ENTRIESADDED", Integer.toString(choices.upTo(60) - 1)));
        }
        if (choices.chance(3)) {
            words.addAll(List.of("MAXDELETEDID", choices.id()));
        }
        return words;
    }

    private static List<String> info(Choices choices) {
        List<String> words = new ArrayList<>(List.of("XINFO", "STREAM", choices.key()));
        if (choices.chance(2)) {
            words.add("FULL");
            if (choices.chance(2)) {
                words.addAll(List.of("COUNT", choices.count()));
            }
        }
        return words;
    }
}
