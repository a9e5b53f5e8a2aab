package io.sluice.testkit.redis;

import java.util.ArrayList;
import java.util.List;

/** Spoils a command here and there: how it is refused, and in which order it is looked at, is compared as well. */
final class Garbler {
    private Garbler() {}

    static List<String> spoiled(List<String> command, Choices choices) {
        // What a cursor looks like is each server's own affair.
        if (command.size() < 2 || command.getFirst().equals("SCAN")) {
            return command;
        }
        List<String> words = new ArrayList<>(command);
        int at = 1 + choices.upTo(words.size() - 1);
        switch (choices.upTo(5)) {
            case 0 -> words.remove(at);
            case 1 -> words.add(at, words.get(at));
            case 2 -> words.add(word(choices));
            default -> words.set(at, word(choices));
        }
        return words;
    }

    private static String word(Choices choices) {
        return choices.oneOf(
                "",
                "x",
                "0",
                "-1",
                "1-x",
                "-",
                "+",
                "$",
                "*",
                "=",
                "~",
                "(",
                "0-0",
                "1-1-1",
                "COUNT",
                "STREAMS",
                "MAXLEN",
                "MINID",
                "LIMIT",
                "NOMKSTREAM",
                "FULL",
                "99999999999999999999",
                "18446744073709551615",
                "18446744073709551615-18446744073709551615",
                "9223372036854775806",
                " 1",
                "1.5",
                "+1",
                "01");
    }
}
