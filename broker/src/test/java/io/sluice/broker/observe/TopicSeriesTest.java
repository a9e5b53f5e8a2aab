package io.sluice.broker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.BrokerSettings;
import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.NewTopic;
import io.sluice.common.Metric;
import io.sluice.common.SeriesSource;
import io.sluice.common.SimulatedClock;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopicSeriesTest {
    @TempDir
    Path folder;

    @Test
    void topicsAboveTheLimitAreSummedUpUnderANameThatNoTopicCanHave() {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        LocalBroker broker = LocalBroker.open(
                BrokerSettings.DEFAULT,
                new ReplicationSettings(folder, journal, 4 << 20, 8 << 20, 16 << 20, 60_000, 64),
                new RealDisk(),
                new SimulatedClock(),
                new Random(1),
                Thread.ofPlatform().daemon().factory());
        try {
            for (int number = 1; number <= 4; number++) {
                broker.topics()
                        .create(new NewTopic("topic-" + number, number, -1, Map.of()), false)
                        .join();
            }
            assertThat(broker.topics().whyInvalidName(TopicSeries.OTHERS)).isPresent();
            assertThat(partitions(new TopicSeries(broker.topics(), 2)))
                    .containsExactly("topic-1=1.0", "topic-2=2.0", "(others)=7.0");
            assertThat(partitions(new TopicSeries(broker.topics(), 4)))
                    .hasSize(4)
                    .doesNotContain("(others)=0.0");
            assertThat(partitions(new TopicSeries(broker.topics(), 0))).containsExactly("(others)=10.0");
        } finally {
            broker.stop();
        }
    }

    /** Samples of the family of partition counts. */
    private static List<String> partitions(SeriesSource source) {
        List<String> samples = new ArrayList<>();
        source.collect(new SeriesSource.SeriesConsumer() {
            private boolean isWanted;

            @Override
            public void family(String name, Metric.Kind kind, String help, List<String> labelNames) {
                isWanted = name.equals("sluice_topic_partitions");
            }

            @Override
            public void sample(String labelValue, double value) {
                if (isWanted) {
                    samples.add(labelValue + "=" + value);
                }
            }

            @Override
            public void sample(String firstLabelValue, String secondLabelValue, double value) {
                throw new IllegalStateException("topics have one label");
            }
        });
        return samples;
    }
}
