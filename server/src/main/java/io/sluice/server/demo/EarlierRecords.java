package io.sluice.server.demo;

import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Compares what an earlier run left in the topic with what the demo sends: the shipped week, event by event and byte for
 * byte. Records that others put between them are fine. For one thread.
 */
final class EarlierRecords {

    private final List<Earthquake> week;
    private int matched;
    private long others;

    EarlierRecords(List<Earthquake> week) {
        this.week = week;
    }

    /** Takes the next record in offset order. */
    void take(ConsumerRecord<byte[], byte[]> found) {
        boolean isNext = matched < week.size()
                && found.value() != null
                && Arrays.equals(found.value(), week.get(matched).json());
        if (isNext) {
            matched++;
        } else {
            others++;
        }
    }

    /** How many events of the week are there, none of them missing, altered or out of order. */
    int matched() {
        return matched;
    }

    /** What is still to be sent. */
    List<Earthquake> rest() {
        return week.subList(matched, week.size());
    }

    /** How many records are not the demo's. */
    long others() {
        return others;
    }
}
