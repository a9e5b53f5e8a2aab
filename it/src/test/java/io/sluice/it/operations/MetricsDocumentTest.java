package io.sluice.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.it.operations.MetricsDocument.Family;
import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The documents name exactly what a running broker shows. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MetricsDocumentTest {
    private static final Pattern NAME = Pattern.compile("\\b(?:sluice|jvm|process)_[a-z0-9_]+");
    private static final Pattern UNIT_NOT_LAST = Pattern.compile(".*_(bytes|seconds|records)_(?!total$).*");

    private final Map<String, Family> documented =
            MetricsDocument.read(BrokerCommand.repository().resolve("docs/metrics.md"));
    private String answer = "";
    private int consumed;
    private Map<String, Family> exposed = Map.of();

    @BeforeAll
    void useABroker(@TempDir Path folder) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of())) {
            use(broker.kafkaAddress());
            answer = get(broker.address("http"));
            exposed = MetricsDocument.exposed(answer);
            assertThat(broker.stop(Duration.ofSeconds(30))).isZero();
        }
    }

    /** Produces, and consumes as a group that commits. */
    private void use(String address) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] value = "x".getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>("measured", value)).get();
            }
        }
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        address,
                        "group.id",
                        "watchers",
                        "auto.offset.reset",
                        "earliest",
                        "max.poll.records",
                        "4"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("measured"));
            while (consumed == 0) {
                consumed = consumer.poll(Duration.ofSeconds(5)).count();
            }
            consumer.commitSync();
        }
    }

    private static String get(String address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void whatABrokerShowsIsDocumentedWithItsTypeLabelsAndText() {
        assertThat(exposed).hasSizeGreaterThan(50);
        Map<String, String> wrong = new TreeMap<>();
        exposed.forEach((name, family) -> {
            Family row = documented.get(name);
            boolean isRight = row != null
                    && row.type().equals(family.type())
                    && row.says().equals(family.says())
                    && (family.labels().isEmpty() || row.labels().equals(family.labels()));
            if (!isRight) {
                wrong.put(
                        name,
                        "| `" + name + "` | " + family.type() + " | unit | " + family.labels() + " | " + family.says()
                                + " | always |");
            }
        });
        assertThat(wrong).as("rows that docs/metrics.md should have").isEmpty();
    }

    @Test
    void whatIsDocumentedAsAlwaysThereIsThere() {
        assertThat(documented.entrySet().stream()
                        .filter(row -> row.getValue().isAlwaysThere())
                        .map(Map.Entry::getKey)
                        .filter(name -> !exposed.containsKey(name)))
                .isEmpty();
    }

    @Test
    void namesCarryTheirUnitAndCountersSayThatTheyAre() {
        exposed.forEach((name, family) -> {
            assertThat(name).doesNotMatch(UNIT_NOT_LAST);
            assertThat(name.endsWith("_total")).as(name).isEqualTo(family.type().equals("counter"));
        });
    }

    @Test
    void numbersOfTheClientsAreRight() {
        assertThat(answer)
                .contains("sluice_topic_appended_records_total{topic=\"measured\"} 10\n")
                .contains("sluice_group_lag_records{group=\"watchers\",topic=\"measured\"} " + (10 - consumed) + "\n")
                .contains(
                        "sluice_kafka_requests_total{api=\"produce\"} ",
                        "sluice_kafka_request_seconds_count{api=\"fetch\"} ")
                .contains("sluice_journal_write_seconds_bucket{le=\"+Inf\",shard=\"1\"} ");
    }

    @Test
    void theDashboardAsksForNothingThatNobodyShows() {
        JsonNode dashboard = JsonMapper.shared()
                .readTree(MetricsDocument.text(BrokerCommand.repository().resolve("docs/grafana.json")));
        TreeSet<String> asked = dashboard
                .get("panels")
                .valueStream()
                .flatMap(panel -> panel.path("targets").valueStream())
                .map(target -> target.get("expr").asString())
                .flatMap(query -> NAME.matcher(query).results())
                .map(name -> name.group().replaceFirst("(?<=_seconds)_(bucket|sum|count)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(asked).hasSizeGreaterThan(20);
        assertThat(documented.keySet()).containsAll(asked);
    }
}
