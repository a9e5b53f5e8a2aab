package io.sluice.server.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.Clock;
import io.sluice.common.SystemClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class DemoTest {

    private static final List<Earthquake> WEEK = Earthquake.shippedWeek();

    @Test
    void theShippedWeekIsCompleteAndInOrder() {
        assertThat(WEEK).hasSize(1707).isSortedAccordingTo(Comparator.comparingLong(Earthquake::timeMs));
        assertThat(WEEK.stream().map(Earthquake::id).distinct()).hasSize(1707).doesNotContain("");
        assertThat(WEEK.getLast().timeMs() - WEEK.getFirst().timeMs()).isBetween(6 * 86_400_000L, 7 * 86_400_000L);
        assertThat(WEEK).anyMatch(event -> event.magnitude() > 6).allMatch(event -> event.magnitude() < 7);
    }

    @Test
    void theCommandToGoOnCanBePastedWhateverTheFolderIsCalled() {
        DemoPlan plan = new DemoPlan(Path.of("/data of o'neil/demo"), false, 9092, 1, 1200);
        assertThat(new DemoGuide(plan, "127.0.0.1:9092", List.of(7L)).lines())
                .contains("  bin/sluice demo --data '/data of o'\\''neil/demo'", "  kill -9 7");
    }

    @Test
    void theReplaySendsTheRestInOrderWithItsKeysAndItsOwnTimes() {
        List<Earthquake> rest = WEEK.subList(1600, WEEK.size());
        try (var producer = new MockProducer<>(
                true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer())) {
            Replay replay = new Replay(rest, "quakes", 1e15, producer, new SystemClock());
            assertThat(replay.isOver()).isFalse();
            replay.run();

            assertThat(producer.history()).hasSize(107);
            assertThat(producer.history().stream().map(ProducerRecord::timestamp))
                    .containsExactlyElementsOf(
                            rest.stream().map(Earthquake::timeMs).toList());
            assertThat(producer.history().stream().map(sent -> new String(sent.key(), UTF_8)))
                    .containsExactlyElementsOf(rest.stream().map(Earthquake::id).toList());
            assertThat(producer.history().getFirst().value())
                    .isEqualTo(rest.getFirst().json());
            assertThat(replay.acknowledged()).isEqualTo(107);
            assertThat(replay.isOver()).isTrue();
        }
    }

    @Test
    void aReplayStopsWhereTheBrokerRefuses() {
        try (var producer = new MockProducer<>(
                false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.sendException = new IllegalStateException("disk full");
            Replay replay = new Replay(WEEK, "quakes", 1e15, producer, new SystemClock());
            replay.run();
            assertThat(replay.failure()).hasMessage("disk full");
            assertThat(replay.acknowledged()).isZero();
        }
    }

    @Test
    void recordsOfAnEarlierRunAreComparedByteForByte() {
        EarlierRecords earlier = new EarlierRecords(WEEK);
        earlier.take(found(0, WEEK.get(0).json()));
        earlier.take(found(1, "somebody else's".getBytes(UTF_8)));
        earlier.take(found(2, WEEK.get(1).json()));
        assertThat(earlier.matched()).isEqualTo(2);
        assertThat(earlier.others()).isEqualTo(1);
        assertThat(earlier.rest().getFirst().id()).isEqualTo(WEEK.get(2).id());
    }

    @Test
    void aMissingEventEndsTheMatchedPart() {
        EarlierRecords earlier = new EarlierRecords(WEEK);
        earlier.take(found(0, WEEK.get(0).json()));
        earlier.take(found(1, WEEK.get(2).json()));
        earlier.take(found(2, WEEK.get(3).json()));
        assertThat(earlier.matched()).isEqualTo(1);
        assertThat(earlier.others()).isEqualTo(2);
    }

    @Test
    void aRowShowsTimeMagnitudeOffsetAndPlaceAndColoursStrongOnes() {
        QuakeView.Seen strong = new QuakeView.Seen(2, WEEK.get(2));
        assertThat(QuakeText.row(strong, false))
                .isEqualTo("2018-01-31 02:00:31   5.3  #######          2  50km NNW of Sangiang, Indonesia");
        assertThat(QuakeText.row(strong, true)).contains("\u001b[1;31m 5.3  #######   \u001b[0m");
    }

    @Test
    void aPlaceCannotSteerTheTerminal() {
        Earthquake hostile = new Earthquake("x", 0, 1, "\u001b[2Jhere", new byte[0]);
        assertThat(QuakeText.row(new QuakeView.Seen(0, hostile), false)).endsWith("?[2Jhere");
    }

    @Test
    void theTableIsRedrawnInPlaceAndNotMoreThanTenTimesASecond() {
        StringWriter screen = new StringWriter();
        ManualClock clock = new ManualClock();
        LiveTable table = new LiveTable(new PrintWriter(screen), clock, false);
        for (int offset = 0; offset < 20; offset++) {
            table.add(new QuakeView.Seen(offset, WEEK.get(offset)));
            table.status("status " + offset);
        }
        assertThat(screen.toString()).containsOnlyOnce("TIME (UTC)");

        clock.nowNs = 200_000_000;
        table.status("later");
        String frames = screen.toString();
        assertThat(frames).containsOnlyOnce("\u001b[14A").contains("later").endsWith("\u001b[?7h");
        assertThat(frames.substring(frames.indexOf("\u001b[14A")).chars().filter(character -> character == '\n'))
                .hasSize(14);
        assertThat(frames)
                .contains(WEEK.get(19).place())
                .doesNotContain(WEEK.get(7).place());
    }

    private static ConsumerRecord<byte[], byte[]> found(long offset, byte[] value) {
        return new ConsumerRecord<>("quakes", 0, offset, new byte[0], value);
    }

    private static final class ManualClock implements Clock {
        private long nowNs;

        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public long nanoTime() {
            return nowNs;
        }
    }
}
