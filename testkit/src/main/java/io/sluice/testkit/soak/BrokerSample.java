package io.sluice.testkit.soak;

import io.sluice.testkit.OpenFileCounts;

/**
 * What the broker's process held at a moment, after a collection of its garbage.
 *
 * @param moment in which part of the soak
 * @param heapMib heap in use
 * @param rssMib resident memory
 * @param directMib direct buffers of the JDK
 * @param sharedMib memory of entries, tails and answers under way
 * @param threads threads as the kernel counts them
 * @param javaThreads platform threads of Java
 * @param openFiles descriptors by kind
 * @param segmentFiles how many of them are segments, which the broker keeps open on purpose, up to a bound
 * @param held what the broker has to keep: connections, topics, groups
 */
record BrokerSample(
        Moment moment,
        double heapMib,
        double rssMib,
        double directMib,
        double sharedMib,
        int threads,
        int javaThreads,
        OpenFileCounts openFiles,
        int segmentFiles,
        Held held) {
    /** Parts of a soak. */
    enum Moment {
        /** The topics that stay are there and were read once; no client is. */
        IDLE_BEFORE,
        /** Under load, before the kill. */
        FIRST_LIFE,
        /** Under load, after the kill: another process. */
        SECOND_LIFE,
        /** In the second process, when all clients are closed and what passes has passed. */
        IDLE_AFTER
    }

    /**
     * What clients and topics leave behind.
     *
     * @param connections Kafka connections
     * @param topics topics
     * @param groups groups
     * @param topicFolders folders of topics below the data folder
     */
    record Held(int connections, int topics, int groups, int topicFolders) {}

    /** Named descriptors that are no segments: those are bounded, and how many are open follows from who reads what. */
    int plainFiles() {
        return openFiles.files() - segmentFiles;
    }

    /** One line for people. */
    String summary() {
        return "heap %.0f MiB, rss %.0f MiB, direct %.0f MiB, %d threads, %d files open (%d sockets, %d segments)"
                .formatted(heapMib, rssMib, directMib, threads, openFiles.total(), openFiles.sockets(), segmentFiles);
    }
}
