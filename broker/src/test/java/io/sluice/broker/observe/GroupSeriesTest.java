package io.sluice.broker.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sluice.broker.api.GroupService;
import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.GroupType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.TopicService;
import io.sluice.common.Metric;
import io.sluice.common.SeriesSource;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GroupSeriesTest {
    private static final int GROUP_COUNT = 60;

    @Test
    void manyGroupsThatDoNotAnswerCostNoMoreTimeThanOne() {
        Map<String, Double> samples = new TreeMap<>();
        GroupSeries series = new GroupSeries(service(GroupService.class), service(TopicService.class), 1_000);

        // One second is waited; one for each group would be a minute.
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> series.collect(into(samples)));

        assertThat(samples).contains(entry("Stable", (double) GROUP_COUNT), entry("Empty", 0.0));
    }

    /** Groups that are listed and whose offsets never come; no topics. */
    private static <T> T service(Class<T> type) {
        List<GroupListing> listings = IntStream.range(0, GROUP_COUNT)
                .mapToObj(number -> new GroupListing("group-" + number, "consumer", GroupType.CLASSIC, "Stable"))
                .toList();
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "list" -> CompletableFuture.completedFuture(Result.of(listings));
                    case "committed" -> new CompletableFuture<>();
                    default -> throw new UnsupportedOperationException(method.getName());
                }));
    }

    private static SeriesSource.SeriesConsumer into(Map<String, Double> samples) {
        return new SeriesSource.SeriesConsumer() {
            @Override
            public void family(String name, Metric.Kind kind, String help, List<String> labelNames) {}

            @Override
            public void sample(String labelValue, double value) {
                samples.put(labelValue, value);
            }

            @Override
            public void sample(String firstLabelValue, String secondLabelValue, double value) {
                samples.put(firstLabelValue + "/" + secondLabelValue, value);
            }
        };
    }
}
