package io.sluice.testkit.soak;

import java.util.ArrayList;
import java.util.List;

/** What clients could not live with, in words; all are counted, the first are kept. Safe for any thread. */
final class Complaints {
    private static final int KEPT = 20;

    private final List<String> first = new ArrayList<>();
    private long count;

    synchronized void add(String complaint) {
        count++;
        if (first.size() < KEPT) {
            first.add(complaint);
        }
    }

    synchronized long count() {
        return count;
    }

    synchronized List<String> first() {
        return List.copyOf(first);
    }
}
