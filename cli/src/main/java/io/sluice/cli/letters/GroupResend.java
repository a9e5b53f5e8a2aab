package io.sluice.cli.letters;

import io.sluice.cli.command.BrokerControl;
import io.sluice.cli.command.BrokerControl.Row;
import io.sluice.cli.command.Console;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Has the broker deliver records again to the group alone that gave them up. For one thread. */
final class GroupResend {
    /** Letters of all places. */
    private static final int WAITING_MAX = 10_000;

    /** Offsets of one request: they stand in its line. */
    private static final int LOT = 100;

    private final Console console;
    private final BrokerControl control;
    private final String kind;
    private final HandledLetters handled;
    private final LetterProgress progress;
    private final Map<Place, List<DeadLetter>> waiting = new LinkedHashMap<>();
    private final LetterLot all = new LetterLot(WAITING_MAX);
    private long refused;

    private record Place(String group, String topic, int partition) {}

    GroupResend(Console console, BrokerControl control, String kind, HandledLetters handled, LetterProgress progress) {
        this.console = console;
        this.control = control;
        this.kind = kind;
        this.handled = handled;
        this.progress = progress;
    }

    void send(DeadLetter letter) {
        Place place = new Place(letter.group(), letter.topic(), letter.partition());
        List<DeadLetter> lot = waiting.computeIfAbsent(place, first -> new ArrayList<>());
        lot.add(letter);
        if (lot.size() >= LOT) {
            reopen(place, lot);
            waiting.remove(place);
        }
        if (all.isFullWith(letter)) {
            flush();
        }
    }

    /** Sends what waits. */
    void flush() {
        waiting.forEach(this::reopen);
        waiting.clear();
        all.clear();
        handled.store();
    }

    /** Letters whose records cannot come again: they are gone, or open. */
    long refused() {
        return refused;
    }

    private void reopen(Place place, List<DeadLetter> lot) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("do", "reopen");
        parameters.put("kind", kind);
        parameters.put("group", place.group());
        parameters.put("topic", place.topic());
        parameters.put("partition", Integer.toString(place.partition()));
        parameters.put(
                "offsets",
                lot.stream().map(each -> Long.toString(each.offset())).collect(Collectors.joining(",")));
        Map<String, String> outcomes = control.ask(console, parameters).stream()
                .collect(Collectors.toMap(row -> row.text("offset"), GroupResend::outcome, (first, second) -> first));
        for (DeadLetter each : lot) {
            if ("NONE".equals(outcomes.get(Long.toString(each.offset())))) {
                handled.add(each);
                progress.count(1);
            } else {
                refused++;
            }
        }
        handled.store();
    }

    private static String outcome(Row row) {
        return row.text("outcome");
    }
}
