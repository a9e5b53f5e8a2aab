package io.sluice.testkit.crash;

import io.sluice.testkit.delivery.RejectedRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Members of share groups that accept and reject records, one topic after the other, whatever happens meanwhile: each time all is
 * settled, and each rejected record has one dead letter. Owner: one thread; it has one of its own.
 */
final class ShareWork {
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 3_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration REST = Duration.ofMillis(100);

    private final String addresses;
    private final List<String> failures = new ArrayList<>();
    private final Thread thread;
    private volatile int finished;
    private volatile boolean isOver;

    ShareWork(String addresses) {
        this.addresses = addresses;
        thread = Thread.ofPlatform().daemon().name("share-work").start(this::run);
    }

    private void run() {
        while (!isOver && failures.isEmpty()) {
            RejectedRecords work = new RejectedRecords(addresses, PARTITIONS, RECORDS, LIMIT)
                    .of("orders-" + finished)
                    .slowly(REST);
            try {
                work.start();
                work.finish().ifPresent(wrong -> failures.add(work.topic() + ": " + wrong));
                work.delete();
                finished++;
            } catch (IllegalStateException e) {
                failures.add(work.topic() + ": " + e);
            }
        }
    }

    /** Topics that were consumed to their end. */
    int finished() {
        return finished;
    }

    /** Lets the topic of now be the last one, waits for its end, and answers what was wrong. */
    List<String> finish() {
        isOver = true;
        try {
            thread.join(2 * LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a share group", e);
        }
        return thread.isAlive() ? List.of("the share group's work does not end") : failures;
    }
}
