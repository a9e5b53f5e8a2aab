package io.sluice.replication.journal;

import static io.sluice.common.Check.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Knows what a journal may hold after a stop. States follow one another with every change; a power cut may return to any
 * of them from the last durable one on, a kill to none but the last completed one or the one that was under way.
 */
final class JournalOracle {
    private final List<State> sinceDurable = new ArrayList<>(List.of(new State(0, 0, List.of())));
    /** Index in {@link #sinceDurable} of the last state whose operation returned. */
    private int completed;

    private long firstKeptIndex = 1;

    /** Entries behind {@code baseIndex}; {@code baseTerm} is the term of the entry before them. */
    record State(long baseIndex, long baseTerm, List<JournalEntry> entries) {
        long lastIndex() {
            return baseIndex + entries.size();
        }

        long lastTerm() {
            return entries.isEmpty() ? baseTerm : entries.getLast().term();
        }

        State with(List<JournalEntry> more) {
            List<JournalEntry> all = new ArrayList<>(entries);
            all.addAll(more);
            return new State(baseIndex, baseTerm, all);
        }

        State cutTo(long lastKeptIndex) {
            int count = (int) (lastKeptIndex - baseIndex);
            return new State(baseIndex, baseTerm, List.copyOf(entries.subList(0, count)));
        }
    }

    State newest() {
        return sinceDurable.getLast();
    }

    /** A change was asked for; it may or may not survive until it is completed. */
    void began(State next) {
        sinceDurable.add(next);
    }

    /** The change returned. */
    void completed(boolean durable) {
        completed = sinceDurable.size() - 1;
        if (durable) {
            becameDurable();
        }
    }

    /** The change was refused before anything was written. */
    void refused() {
        sinceDurable.removeLast();
    }

    void becameDurable() {
        State state = sinceDurable.getLast();
        sinceDurable.clear();
        sinceDurable.add(state);
        completed = 0;
    }

    void trimmed(long newFirstKeptIndex) {
        firstKeptIndex = Math.max(firstKeptIndex, newFirstKeptIndex);
    }

    /** Entries below it may be gone. */
    long firstKeptIndex() {
        return firstKeptIndex;
    }

    /** Compares an opened journal; from now on everything it holds must stay. */
    void opened(JournalFiles journal, boolean afterPowerLoss) {
        List<JournalEntry> found = new ArrayList<>();
        journal.replay(0, entry -> found.add(copy(entry)));
        check(
                found.size() == journal.lastIndex() - journal.firstIndex() + 1,
                "%d entries replayed from %d to %d",
                found.size(),
                journal.firstIndex(),
                journal.lastIndex());
        List<State> possible = sinceDurable.subList(afterPowerLoss ? 0 : completed, sinceDurable.size());
        State state = possible.stream()
                .filter(candidate -> matches(candidate, journal, found))
                .findFirst()
                .orElse(null);
        check(
                state != null,
                "found %d to %d, term %d, afterPowerLoss=%s, which is none of %s, kept from %d",
                journal.firstIndex(),
                journal.lastIndex(),
                journal.lastTerm(),
                afterPowerLoss,
                possible.stream()
                        .map(candidate -> candidate.baseIndex() + "–" + candidate.lastIndex())
                        .toList(),
                firstKeptIndex);
        checkSingleReads(journal, found);
        sinceDurable.clear();
        sinceDurable.add(state);
        completed = 0;
    }

    private static void checkSingleReads(JournalFiles journal, List<JournalEntry> found) {
        for (int at = 0; at < found.size(); at += 1 + found.size() / 5) {
            JournalEntry entry = found.get(at);
            check(
                    journal.readAround(entry.index()).contains(entry),
                    "entry %d is read alone as another",
                    entry.index());
        }
        check(journal.readAround(journal.firstIndex() - 1).isEmpty(), "an entry before the first is read");
        check(journal.readAround(journal.lastIndex() + 1).isEmpty(), "an entry behind the last is read");
    }

    private boolean matches(State state, JournalFiles journal, List<JournalEntry> found) {
        long oldestNeeded = Math.max(state.baseIndex() + 1, firstKeptIndex);
        if (journal.lastIndex() != state.lastIndex()
                || journal.lastTerm() != state.lastTerm()
                || journal.firstIndex() <= state.baseIndex()
                || journal.firstIndex() > Math.min(oldestNeeded, state.lastIndex() + 1)) {
            return false;
        }
        int skipped = (int) (journal.firstIndex() - state.baseIndex() - 1);
        return found.equals(state.entries().subList(skipped, state.entries().size()));
    }

    static JournalEntry copy(JournalEntry entry) {
        ByteBuffer body = ByteBuffer.allocate(entry.body().remaining());
        body.put(entry.body().duplicate()).flip();
        return new JournalEntry(entry.index(), entry.term(), entry.type(), body);
    }
}
