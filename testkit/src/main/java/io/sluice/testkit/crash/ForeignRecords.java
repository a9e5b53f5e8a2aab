package io.sluice.testkit.crash;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What two programs of others said in lines of JSON: which numbered record was acknowledged where, and which was consumed from
 * where. Safe for any thread.
 */
final class ForeignRecords {
    private static final String ACKNOWLEDGED = "\"producer_send_success\"";
    private static final String CONSUMED = "\"record_data\"";
    private static final Pattern VALUE = Pattern.compile("\"value\":\"(\\d+)\"");
    private static final Pattern PARTITION = Pattern.compile("\"partition\":(\\d+)");
    private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");

    /** An old repeat is acknowledged without the offset that it had: the broker knows those of the last few batches. */
    private static final Pattern NO_OFFSET = Pattern.compile("\"offset\":(null|-1)\\b");

    private final Map<Place, Integer> acknowledged = new ConcurrentHashMap<>();
    private final Set<Integer> acknowledgedSomewhere = ConcurrentHashMap.newKeySet();
    private final Map<Place, Integer> consumed = new ConcurrentHashMap<>();

    record Place(int partition, long offset) {}

    /** Notes what a line says of a record, if it does. */
    void heard(String line) {
        if (line.contains(ACKNOWLEDGED) && NO_OFFSET.matcher(line).find()) {
            acknowledgedSomewhere.add((int) number(VALUE, line));
        } else if (line.contains(ACKNOWLEDGED)) {
            acknowledged.put(place(line), (int) number(VALUE, line));
        } else if (line.contains(CONSUMED)) {
            consumed.put(place(line), (int) number(VALUE, line));
        }
    }

    private static Place place(String line) {
        return new Place((int) number(PARTITION, line), number(OFFSET, line));
    }

    private static long number(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in " + line);
        }
        return Long.parseLong(matcher.group(1));
    }

    int acknowledged() {
        return acknowledged.size() + acknowledgedSomewhere.size();
    }

    int consumed() {
        return consumed.size();
    }

    /** What is wrong if the topic has these; a record may be there that was never acknowledged, and be consumed twice. */
    List<String> compareWith(Map<Place, Integer> stored) {
        List<String> wrong = new ArrayList<>();
        if (acknowledged() == 0) {
            wrong.add("nothing was ever acknowledged");
        }
        acknowledged.forEach((place, value) -> {
            if (!value.equals(stored.get(place))) {
                wrong.add("%s has %s, %s was acknowledged".formatted(place, stored.get(place), value));
            }
        });
        Set<Integer> values = new HashSet<>();
        stored.forEach((place, value) -> {
            if (!values.add(value)) {
                wrong.add("%s is there twice, once at %s".formatted(value, place));
            }
            if (!value.equals(consumed.get(place))) {
                wrong.add("%s has %s, %s was consumed".formatted(place, value, consumed.get(place)));
            }
        });
        acknowledgedSomewhere.stream()
                .filter(value -> !values.contains(value))
                .forEach(value -> wrong.add("%s was acknowledged and is nowhere".formatted(value)));
        consumed.keySet().stream()
                .filter(place -> !stored.containsKey(place))
                .forEach(place -> wrong.add("%s was consumed and is not there".formatted(place)));
        return wrong;
    }
}
