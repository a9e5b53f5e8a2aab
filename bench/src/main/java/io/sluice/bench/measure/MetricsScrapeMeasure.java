package io.sluice.bench.measure;

import io.sluice.bench.measure.Row.ForTheRecord;
import io.sluice.bench.measure.Row.OursAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.Stopwatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * {@code /metrics} of a broker with 5,000 topics of one partition, asked for again and again, while another client asks for
 * an end offset: how long an answer takes, how long the garbage collector stopped the broker, and how long the other client
 * waited at most. Kafka has no such page: ours alone.
 */
record MetricsScrapeMeasure() implements Measure.Run {
    private static final int TOPICS = 5_000;
    private static final int TOPICS_AT_ONCE = 500;
    private static final int WARM_UP = 20;
    private static final int SCRAPES = 50;
    private static final int LIMIT_SECONDS = 120;
    private static final double NONE = Double.NaN;

    static Measure measure() {
        return new Measure(
                "metrics-scrape",
                "/metrics of 5,000 topics of one partition, 50 times, beside another client; ours alone",
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("scrapeMs", "one answer, median, ms", new OursAtMost(100)),
                        new Row("scrapeMsMax", "the slowest answer, ms", new ForTheRecord()),
                        new Row("gcMsMax", "pauses for garbage between two answers, most, ms", new OursAtMost(10)),
                        new Row("otherMsMax", "longest wait of the other client, ms", new ForTheRecord()),
                        new Row("otherMsMaxBefore", "the same without scrapes, ms", new ForTheRecord()),
                        new Row("answerKib", "size of an answer, KiB", new ForTheRecord())),
                30,
                new MetricsScrapeMeasure());
    }

    @Override
    public Map<String, Double> on(Contender contender, Path data) {
        if (!contender.isSluice()) {
            return Map.of(
                    "scrapeMs",
                    NONE,
                    "scrapeMsMax",
                    NONE,
                    "gcMsMax",
                    NONE,
                    "otherMsMax",
                    NONE,
                    "otherMsMaxBefore",
                    NONE,
                    "answerKib",
                    NONE);
        }
        try (BrokerUnderTest broker = contender.start(data);
                HttpClient client = HttpClient.newHttpClient()) {
            createTopics(broker.kafkaAddress());
            BenchTopic.create(broker.kafkaAddress(), contender, 1);
            if (!(broker instanceof BrokerProcess sluice)) {
                throw new IllegalStateException("ours is a process of its own");
            }
            URI page = URI.create("http://" + sluice.address("http") + "/metrics");
            scrape(client, page, WARM_UP);
            return measured(client, page, broker.kafkaAddress());
        }
    }

    private static Map<String, Double> measured(HttpClient client, URI page, String kafka) {
        Map<String, Double> figures = new HashMap<>();
        figures.put("otherMsMaxBefore", besides(kafka, () -> Stopwatch.sleep(Duration.ofSeconds(2))));
        List<Scrape> scrapes = new ArrayList<>();
        figures.put("otherMsMax", besides(kafka, () -> scrapes.addAll(scrape(client, page, SCRAPES))));
        double[] tookMs = scrapes.stream().mapToDouble(Scrape::tookMs).sorted().toArray();
        figures.put("scrapeMs", tookMs[tookMs.length / 2]);
        figures.put("scrapeMsMax", tookMs[tookMs.length - 1]);
        figures.put("gcMsMax", longestPausesMs(scrapes));
        figures.put("answerKib", scrapes.getLast().length() / 1_024.0);
        return figures;
    }

    private static List<Scrape> scrape(HttpClient client, URI page, int count) {
        List<Scrape> scrapes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Stopwatch watch = Stopwatch.started();
            String text = text(client, page);
            scrapes.add(new Scrape(watch.elapsedMs(), collectorMs(text), text.length()));
        }
        return scrapes;
    }

    /** No single pause was longer: the collector's time grows by all that lie between two answers. */
    private static double longestPausesMs(List<Scrape> scrapes) {
        double longestMs = 0;
        for (int i = 1; i < scrapes.size(); i++) {
            longestMs = Math.max(
                    longestMs, scrapes.get(i).collectorMs() - scrapes.get(i - 1).collectorMs());
        }
        return longestMs;
    }

    /** Longest answer to another client while the work is done, in milliseconds. */
    private static double besides(String kafka, Runnable work) {
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Double> longest = CompletableFuture.supplyAsync(() -> {
            ByteBuffer question = RawRequests.endOffsets(BenchTopic.NAME, 1);
            double longestMs = 0;
            try (RawKafkaConnection connection = RawKafkaConnection.connect(kafka)) {
                while (!isOver.get()) {
                    Stopwatch watch = Stopwatch.started();
                    connection.call(question);
                    longestMs = Math.max(longestMs, watch.elapsedMs());
                }
            }
            return longestMs;
        });
        work.run();
        isOver.set(true);
        return longest.join();
    }

    private static String text(HttpClient client, URI page) {
        try {
            return client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading " + page, e);
        }
    }

    private static void createTopics(String address) {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_SECONDS * 1_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_SECONDS * 1_000);
        try (Admin admin = Admin.create(settings)) {
            for (int first = 0; first < TOPICS; first += TOPICS_AT_ONCE) {
                admin.createTopics(IntStream.range(first, first + TOPICS_AT_ONCE)
                                .mapToObj(number -> new NewTopic("topic-of-metrics-" + number, 1, (short) 1))
                                .toList())
                        .all()
                        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot create the topics", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topics", e);
        }
    }

    private static double collectorMs(String text) {
        return text.lines()
                .filter(line -> line.startsWith("jvm_gc_collection_seconds_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) * 1_000)
                .sum();
    }

    /**
     * @param tookMs from the question to the whole answer
     * @param collectorMs how long the garbage collector has stopped the broker in all
     * @param length of the answer, characters
     */
    private record Scrape(double tookMs, double collectorMs, int length) {}
}
