package io.sluice.testkit.redis;

import java.util.ArrayList;
import java.util.List;

/** Ids that one server chose by its clock, in order, and the names {@code @n} by which commands use them. Owner: one thread. */
final class ChosenIds {
    private final List<String> ids = new ArrayList<>();

    /** False if it was chosen before: of a stream that was made anew within the same millisecond. */
    boolean add(String id) {
        boolean isNew = !ids.contains(id);
        ids.add(id);
        return isNew;
    }

    int count() {
        return ids.size();
    }

    /** The command as this server is to get it. */
    String[] named(List<String> command) {
        return command.stream().map(this::id).toArray(String[]::new);
    }

    private String id(String word) {
        int at = word.indexOf('@');
        boolean isName = at >= 0 && at <= 1 && word.substring(at + 1).matches("[0-9]{1,6}");
        if (!isName || Integer.parseInt(word.substring(at + 1)) >= ids.size()) {
            return word;
        }
        return word.substring(0, at) + ids.get(Integer.parseInt(word.substring(at + 1)));
    }

    /** The reply with the same word for every id of a clock; their order shows by their places. */
    static Object masked(Object reply) {
        if (reply instanceof List<?> list) {
            return list.stream().map(ChosenIds::masked).toList();
        }
        return isOfClock(reply) ? "id of a clock" : reply;
    }

    /** Whether it is an id of our days; the other ids in play are smaller or larger. */
    static boolean isOfClock(Object reply) {
        return reply.toString().matches("1[0-9]{12}-[0-9]+");
    }
}
