package io.sluice.testkit.soak;

import io.sluice.testkit.ProduceHistory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Everything the clients write down. Safe for any thread, as all its parts are.
 *
 * @param written records of the topics that stay
 * @param reads what the groups that stay read
 * @param positions what they committed
 * @param passing topics that were read back and deleted
 * @param complaints what clients could not live with
 * @param counts how much happened
 */
record SoakBooks(
        ProduceHistory written,
        ReadLedger reads,
        PositionLedger positions,
        PassingTopics passing,
        Complaints complaints,
        Counts counts) {
    static SoakBooks empty() {
        return new SoakBooks(
                new ProduceHistory(),
                new ReadLedger(),
                new PositionLedger(),
                new PassingTopics(),
                new Complaints(),
                new Counts());
    }

    /** How much happened. Safe for any thread. */
    static final class Counts {
        private final AtomicInteger kills = new AtomicInteger();
        private final AtomicInteger topicsDeleted = new AtomicInteger();
        private final AtomicInteger groupsDeleted = new AtomicInteger();
        private final AtomicInteger membersReplaced = new AtomicInteger();
        private final AtomicInteger producers = new AtomicInteger();

        void killed() {
            kills.incrementAndGet();
        }

        int kills() {
            return kills.get();
        }

        void topicDeleted() {
            topicsDeleted.incrementAndGet();
        }

        int topicsDeleted() {
            return topicsDeleted.get();
        }

        void groupDeleted() {
            groupsDeleted.incrementAndGet();
        }

        int groupsDeleted() {
            return groupsDeleted.get();
        }

        void memberReplaced() {
            membersReplaced.incrementAndGet();
        }

        int membersReplaced() {
            return membersReplaced.get();
        }

        /** A number no producer had before. */
        int nextProducer() {
            return producers.getAndIncrement();
        }
    }
}
