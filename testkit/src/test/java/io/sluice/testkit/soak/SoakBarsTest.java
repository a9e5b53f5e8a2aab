package io.sluice.testkit.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.HistoryReport;
import io.sluice.testkit.OpenFileCounts;
import io.sluice.testkit.TestPayload;
import io.sluice.testkit.soak.BrokerSample.Held;
import io.sluice.testkit.soak.BrokerSample.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SoakBarsTest {
    private static final SoakPlan PLAN = SoakPlan.of(Duration.ofMinutes(3), 1);
    private static final SteadyGroup GROUP = PLAN.steadyGroups().getFirst();
    private static final int SAMPLES_A_LIFE = 12;

    private final SoakBooks books = SoakBooks.empty();
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    @BeforeEach
    void aSoakWithoutFault() {
        PLAN.allPartitions().forEach(partition -> ends.put(partition, 1L));
        PLAN.allPartitions().forEach(partition -> books.written().acknowledged(partition, 0, 7));
        PLAN.steadyGroups()
                .forEach(group -> group.partitions(PLAN.partitions())
                        .forEach(partition -> books.reads().saw(group.id(), partition, 0, TestPayload.valueOf(7))));
        books.passing().add(new HistoryReport(1, 1, Map.of(), List.of()));
        books.counts().killed();
        books.counts().memberReplaced();
        for (int i = 0; i < PLAN.topicChurners() + PLAN.groupChurners(); i++) {
            books.counts().topicDeleted();
            books.counts().groupDeleted();
        }
    }

    @Test
    void aSoakWithoutFaultMissesNothing() {
        assertThat(missed(SoakBars.ofBooks(books, PLAN, ends))).isEmpty();
        assertThat(missed(flat())).isEmpty();
    }

    @Test
    void aRecordThatAGroupNeverSawIsMissed() {
        ends.put(GROUP.partitions(PLAN.partitions()).getFirst(), 2L);
        assertThat(missed(SoakBars.ofBooks(books, PLAN, ends))).containsExactly("records that a group never saw");
    }

    @Test
    void aReaderThatFindsAnotherRecordThanTheOneBeforeIsNoticed() {
        TopicPartition partition = GROUP.partitions(PLAN.partitions()).getFirst();
        books.reads().saw(GROUP.id(), partition, 0, TestPayload.valueOf(8));
        assertThat(missed(SoakBars.ofBooks(books, PLAN, ends))).containsExactly("readers that contradict each other");
    }

    @Test
    void aPositionThatWentBackIsNoticed() {
        TopicPartition partition = GROUP.partitions(PLAN.partitions()).getFirst();
        books.positions().committed(GROUP.id(), Map.of(partition, new OffsetAndMetadata(5)));
        Map<TopicPartition, Long> known = books.positions().snapshot().getOrDefault(GROUP.id(), Map.of());
        books.positions().audit(GROUP.id(), known, Map.of(partition, new OffsetAndMetadata(4)));
        assertThat(missed(SoakBars.ofBooks(books, PLAN, ends))).containsExactly("committed positions that went back");
    }

    @Test
    void aSoakInWhichNothingPassedProvesNothing() {
        assertThat(missed(SoakBars.ofBooks(SoakBooks.empty(), PLAN, Map.of())))
                .contains("kills", "acknowledged in topics that stay", "topics deleted", "groups deleted");
    }

    @Test
    void aHeapThatGrowsAllTheTimeIsNoticed() {
        assertThat(missed(growing(step -> step.heap(step.index() * 5))))
                .contains("second life: growth of the heap, MiB");
    }

    @Test
    void aHeapThatJumpsUpAndDownIsNot() {
        assertThat(missed(growing(step -> step.heap(step.index() % 2 * 60)))).isEmpty();
    }

    @Test
    void aThreadThatStaysForEachClientIsNoticed() {
        assertThat(missed(growing(step -> step.threads(step.index() * 3))))
                .contains("first life: more threads of Java");
    }

    @Test
    void filesAndSocketsThatStayOpenAreNoticedUnderLoad() {
        assertThat(missed(growing(step -> step.files(new OpenFileCounts(60 + step.index() * 10, 0, 10, 10)))))
                .contains("first life: more files");
        assertThat(missed(growing(step -> step.files(new OpenFileCounts(60, 0, 10 + step.index() * 20, 10)))))
                .contains("second life: more sockets");
    }

    @Test
    void whatIsLeftWhenEverybodyIsGoneIsNoticed() {
        assertThat(missed(leaving(step -> step.files(new OpenFileCounts(60, 1, 10, 10)))))
                .containsExactly("left: open files that were deleted");
        assertThat(missed(leaving(step -> step.files(new OpenFileCounts(60, 0, 15, 10)))))
                .containsExactly("left: sockets");
        assertThat(missed(leaving(step -> step.held(new Held(1, 11, 20, 10))))).containsExactly("left: topics");
        assertThat(missed(leaving(step -> step.held(new Held(1, 10, 21, 11)))))
                .containsExactly("left: folders of topics", "left: groups");
        assertThat(missed(leaving(step -> step.heap(40)))).containsExactly("left: heap, MiB");
    }

    @Test
    void aLifeWithoutSamplesIsNoFlatOne() {
        assertThat(missed(SoakBars.ofSamples(List.of(), PLAN)))
                .contains("first life: samples", "second life: samples", "idle moments looked at");
    }

    private static List<String> missed(List<Bar> bars) {
        return bars.stream().filter(bar -> !bar.isHeld()).map(Bar::what).toList();
    }

    private static List<Bar> flat() {
        return growing(step -> step);
    }

    private static List<Bar> growing(UnaryOperator<Step> underLoad) {
        return bars(underLoad, step -> step);
    }

    private static List<Bar> leaving(UnaryOperator<Step> atTheEnd) {
        return bars(step -> step, atTheEnd);
    }

    private static List<Bar> bars(UnaryOperator<Step> underLoad, UnaryOperator<Step> atTheEnd) {
        List<BrokerSample> samples = new ArrayList<>();
        samples.add(Step.of(Moment.IDLE_BEFORE, 0).sample());
        for (Moment life : List.of(Moment.FIRST_LIFE, Moment.SECOND_LIFE)) {
            for (int i = 0; i < SAMPLES_A_LIFE; i++) {
                samples.add(underLoad.apply(Step.of(life, i)).sample());
            }
        }
        samples.add(atTheEnd.apply(Step.of(Moment.IDLE_AFTER, 0)).sample());
        return SoakBars.ofSamples(samples, PLAN);
    }

    /** A sample of a broker that is as it should be, to be spoilt. */
    private record Step(int index, BrokerSample sample) {
        static Step of(Moment moment, int index) {
            OpenFileCounts files = new OpenFileCounts(60, 0, 10, 10);
            Held held = new Held(1, PLAN.topics(), PLAN.groups(), PLAN.topics());
            return new Step(index, new BrokerSample(moment, 50, 200, 20, 8, 40, 25, files, 40, held));
        }

        Step heap(double more) {
            return with(new BrokerSample(
                    sample.moment(), 50 + more, 200, 20, 8, 40, 25, sample.openFiles(), 40, sample.held()));
        }

        Step threads(int more) {
            return with(new BrokerSample(
                    sample.moment(), 50, 200, 20, 8, 40 + more, 25 + more, sample.openFiles(), 40, sample.held()));
        }

        Step files(OpenFileCounts files) {
            return with(new BrokerSample(sample.moment(), 50, 200, 20, 8, 40, 25, files, 40, sample.held()));
        }

        Step held(Held held) {
            return with(new BrokerSample(sample.moment(), 50, 200, 20, 8, 40, 25, sample.openFiles(), 40, held));
        }

        private Step with(BrokerSample other) {
            return new Step(index, other);
        }
    }
}
