package io.sluice.testkit.soak;

import io.sluice.testkit.HistoryReport;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a soak ended.
 *
 * @param steady what is wrong with the topics that stayed, read to their end
 * @param passing what was wrong with topics that were read and deleted
 * @param bars every figure with its limit
 * @param remarks what clients could not live with and positions that went back, the first of each in words
 */
public record SoakOutcome(HistoryReport steady, HistoryReport passing, List<Bar> bars, List<String> remarks) {
    /** Copies what it is given. */
    public SoakOutcome {
        bars = List.copyOf(bars);
        remarks = List.copyOf(remarks);
    }

    /** Whether nothing was lost and every bar is held. */
    public boolean isClean() {
        return steady.isClean() && passing.isClean() && bars.stream().allMatch(Bar::isHeld);
    }

    /** The bars that were missed. */
    public List<Bar> missed() {
        return bars.stream().filter(bar -> !bar.isHeld()).toList();
    }

    @Override
    public String toString() {
        return "topics that stayed: " + steady + "\ntopics that passed: " + passing + "\n"
                + bars.stream().map(Bar::toString).collect(Collectors.joining("\n"))
                + remarks.stream().map(remark -> "\n  " + remark).collect(Collectors.joining());
    }
}
