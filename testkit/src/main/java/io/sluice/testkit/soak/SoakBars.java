package io.sluice.testkit.soak;

import io.sluice.testkit.soak.Bar.Rule;
import io.sluice.testkit.soak.BrokerSample.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.TopicPartition;

/**
 * What a soak is judged by. None of the limits has to do with speed: within one life of the process the median of the last
 * quarter's samples is compared with that of the second quarter's, and the idle broker at the end with the idle broker at
 * the start. Used by one thread.
 */
final class SoakBars {
    /** More than collections leave by chance, less than a few KiB for each of the topics, groups and clients that pass. */
    private static final double HEAP_GROWTH_MIB = 16;

    /** Compiled code, its profiles and the collector's own tables still grow while a JVM warms up. */
    private static final double RSS_GROWTH_MIB = 96;

    /** Tails of two shards of 8 MiB each, and buffers for reads that are kept. */
    private static final double BUFFER_GROWTH_MIB = 28;

    private static final double HEAP_LEFT_MIB = 16;
    private static final double LOADED_FILES_GROWTH = 32;
    private static final double LOADED_SOCKETS_GROWTH = 64;
    private static final double LOADED_THREADS_GROWTH = 8;
    private static final double FILES_LEFT = 16;
    private static final double SOCKETS_LEFT = 4;

    /** Carriers of virtual threads come with the first blocking reads. */
    private static final double JAVA_THREADS_LEFT = 12;

    /** Threads of the compiler and the collector come and go as they like. */
    private static final double THREADS_LEFT = 24;

    /** So that quarters have two samples each. */
    static final int SAMPLES_A_LIFE_MIN = 8;

    private final List<Bar> bars = new ArrayList<>();

    private SoakBars() {}

    /** Whether enough happened for the other bars to mean something, and nothing that clients saw was wrong. */
    static List<Bar> ofBooks(SoakBooks books, SoakPlan plan, Map<TopicPartition, Long> ends) {
        SoakBars made = new SoakBars();
        made.exactly("kills", books.counts().kills(), 1);
        made.atLeast("acknowledged in topics that stay", books.written().acknowledgedCount(), 1);
        made.atLeast("acknowledged in topics that pass", books.passing().acknowledged(), 1);
        made.atLeast("topics deleted", books.counts().topicsDeleted(), plan.topicChurners());
        made.atLeast("groups deleted", books.counts().groupsDeleted(), plan.groupChurners());
        made.atLeast("members replaced", books.counts().membersReplaced(), 1);
        made.exactly("committed positions that went back", books.positions().regressions(), 0);
        made.exactly("readers that contradict each other", books.reads().contradictions(), 0);
        made.exactly("records that a group never saw", missing(books, plan, ends), 0);
        made.exactly("complaints of clients", books.complaints().count(), 0);
        return made.bars;
    }

    /** How many records below the end offsets the groups that stay have not seen, each group for itself. */
    static long missing(SoakBooks books, SoakPlan plan, Map<TopicPartition, Long> ends) {
        long missing = 0;
        for (SteadyGroup group : plan.steadyGroups()) {
            Map<TopicPartition, Long> own = new HashMap<>(ends);
            own.keySet().retainAll(group.partitions(plan.partitions()));
            missing += books.reads().missing(group.id(), own);
        }
        return missing;
    }

    /** Whether the broker held no more at the end than at the start. */
    static List<Bar> ofSamples(List<BrokerSample> samples, SoakPlan plan) {
        SoakBars made = new SoakBars();
        made.life("first life", of(samples, Moment.FIRST_LIFE));
        made.life("second life", of(samples, Moment.SECOND_LIFE));
        List<BrokerSample> before = of(samples, Moment.IDLE_BEFORE);
        List<BrokerSample> after = of(samples, Moment.IDLE_AFTER);
        made.exactly("idle moments looked at", before.size() + after.size(), 2);
        if (before.size() == 1 && after.size() == 1) {
            made.left(before.getFirst(), after.getFirst(), plan);
        }
        return made.bars;
    }

    private static List<BrokerSample> of(List<BrokerSample> samples, Moment moment) {
        return samples.stream().filter(sample -> sample.moment() == moment).toList();
    }

    private void life(String life, List<BrokerSample> samples) {
        atLeast(life + ": samples", samples.size(), SAMPLES_A_LIFE_MIN);
        if (samples.size() < SAMPLES_A_LIFE_MIN) {
            return;
        }
        growth(life + ": growth of the heap, MiB", samples, BrokerSample::heapMib, HEAP_GROWTH_MIB);
        growth(life + ": growth of resident memory, MiB", samples, BrokerSample::rssMib, RSS_GROWTH_MIB);
        growth(life + ": growth of direct memory, MiB", samples, BrokerSample::directMib, BUFFER_GROWTH_MIB);
        growth(life + ": growth of shared buffers, MiB", samples, BrokerSample::sharedMib, BUFFER_GROWTH_MIB);
        growth(life + ": more threads of Java", samples, BrokerSample::javaThreads, LOADED_THREADS_GROWTH);
        growth(life + ": more files", samples, BrokerSample::plainFiles, LOADED_FILES_GROWTH);
        growth(life + ": more deleted files", samples, s -> s.openFiles().deleted(), LOADED_FILES_GROWTH);
        growth(life + ": more sockets", samples, s -> s.openFiles().sockets(), LOADED_SOCKETS_GROWTH);
    }

    private void growth(String what, List<BrokerSample> life, ToDoubleFunction<BrokerSample> figure, double limit) {
        int size = life.size();
        double early = median(life.subList(size / 4, size / 2), figure);
        double late = median(life.subList(size - size / 4, size), figure);
        atMost(what, late - early, limit);
    }

    private static double median(List<BrokerSample> samples, ToDoubleFunction<BrokerSample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private void left(BrokerSample before, BrokerSample after, SoakPlan plan) {
        atMost("left: heap, MiB", after.heapMib() - before.heapMib(), HEAP_LEFT_MIB);
        atMost("left: direct memory, MiB", after.directMib() - before.directMib(), BUFFER_GROWTH_MIB);
        atMost("left: shared buffers, MiB", after.sharedMib() - before.sharedMib(), BUFFER_GROWTH_MIB);
        atMost("left: threads", after.threads() - before.threads(), THREADS_LEFT);
        atMost("left: threads of Java", after.javaThreads() - before.javaThreads(), JAVA_THREADS_LEFT);
        atMost("left: files but segments", after.plainFiles() - before.plainFiles(), FILES_LEFT);
        atMost("left: sockets", after.openFiles().sockets() - before.openFiles().sockets(), SOCKETS_LEFT);
        atMost(
                "left: pipes and polls",
                after.openFiles().others() - before.openFiles().others(),
                SOCKETS_LEFT);
        exactly("left: open files that were deleted", after.openFiles().deleted(), 0);
        atMost("left: connections", after.held().connections(), before.held().connections() + SOCKETS_LEFT);
        exactly("left: topics", after.held().topics(), plan.topics());
        exactly("left: folders of topics", after.held().topicFolders(), plan.topics());
        exactly("left: groups", after.held().groups(), plan.groups());
    }

    private void atMost(String what, double figure, double limit) {
        bars.add(new Bar(what, figure, Rule.AT_MOST, limit));
    }

    private void atLeast(String what, long figure, long limit) {
        bars.add(new Bar(what, (double) figure, Rule.AT_LEAST, (double) limit));
    }

    private void exactly(String what, long figure, long limit) {
        bars.add(new Bar(what, (double) figure, Rule.EXACTLY, (double) limit));
    }
}
