package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigEntry.Source;
import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Change;
import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.config.GroupConfigs;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that change while the real broker runs, and what a restart or a crash leaves of them. */
final class LiveConfigsTest {
    private static final Resource CLUSTER = new Resource(Kind.BROKER, "");
    private static final Resource NODE = new Resource(Kind.BROKER, "1");
    private static final Resource GROUP = new Resource(Kind.GROUP, "readers");
    private static final Resource TOPIC = new Resource(Kind.TOPIC, "orders");

    @TempDir
    Path folder;

    private final List<LocalBroker> opened = new ArrayList<>();
    private LocalBroker broker;

    @BeforeEach
    void open() {
        broker = open(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        opened.forEach(LocalBroker::stop);
    }

    private LocalBroker open(Path data) {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        LocalBroker next = LocalBroker.open(
                BrokerSettings.DEFAULT.with("num.partitions", "2"),
                new ReplicationSettings(data, journal, 4 << 20, 8 << 20, 16 << 20, 60_000, 64),
                new RealDisk(),
                new SimulatedClock(),
                new Random(7 + opened.size()),
                Thread.ofPlatform().daemon().factory());
        opened.add(next);
        return next;
    }

    /** A clean stop, or what kill -9 leaves: the files as they are now, of a broker that never stopped. */
    private void restart(boolean isCrash) throws IOException {
        if (!isCrash) {
            broker.stop();
            broker = open(folder.resolve("data"));
            return;
        }
        Path copy = folder.resolve("after-crash-" + opened.size());
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(folder.resolve("data").relativize(file)));
            }
        }
        broker = open(copy);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasSetIsSetAfterARestart(boolean isCrash) throws IOException {
        create();
        set(CLUSTER, "log.retention.ms", "1000");
        set(NODE, "message.max.bytes", "2000");
        set(GROUP, "consumer.session.timeout.ms", "50000");
        set(TOPIC, "segment.ms", "3000");
        broker.topics().addPartitions(orders().id(), 4, false).join().get();

        restart(isCrash);

        assertThat(orders().settings().retentionMs()).isEqualTo(1000);
        assertThat(orders().settings().maxMessageBytes()).isEqualTo(2000);
        assertThat(orders().partitionCount()).isEqualTo(4);
        assertThat(orders().partition(3).endOffset()).isZero();
        assertThat(entry(TOPIC, "segment.ms").value()).isEqualTo("3000");
        assertThat(entry(TOPIC, "retention.ms").source()).isEqualTo(Source.DYNAMIC_DEFAULT_BROKER);
        assertThat(entry(TOPIC, "max.message.bytes").source()).isEqualTo(Source.DYNAMIC_BROKER);
        assertThat(entry(NODE, "num.partitions").source()).isEqualTo(Source.STATIC_BROKER);
        assertThat(entry(GROUP, "consumer.session.timeout.ms").source()).isEqualTo(Source.GROUP);
        assertThat(broker.live().ofGroup("readers", GroupConfigs.SESSION_MS)).isEqualTo(50_000);
    }

    @Test
    void removingGoesBackToWhatAppliesNext() {
        create();
        set(CLUSTER, "log.retention.ms", "1000");
        set(NODE, "log.retention.ms", "2000");
        assertThat(orders().settings().retentionMs()).isEqualTo(2000);

        alter(NODE, new Change("log.retention.ms", Action.DELETE, ""));
        assertThat(orders().settings().retentionMs()).isEqualTo(1000);

        broker.configs().replace(CLUSTER, Map.of(), false).join().get();
        assertThat(orders().settings().retentionMs()).isEqualTo(604_800_000);
        assertThat(broker.configs().describe(CLUSTER).get()).isEmpty();
    }

    @Test
    void sluicesOwnLimitChangesWhileRunning() {
        create();
        set(CLUSTER, "sluice.partitions.max", "3");

        Result<Topic> tooMany =
                broker.topics().addPartitions(orders().id(), 4, false).join();

        assertThat(tooMany.error()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(broker.topics().addPartitions(orders().id(), 3, false).join().isOk())
                .isTrue();
    }

    @Test
    void topicsThatAreCreatedLaterHaveTheBrokersValuesOfThen() {
        set(CLUSTER, "sluice.durability", "os");
        create();
        set(CLUSTER, "sluice.durability", "fsync");

        assertThat(entry(TOPIC, "sluice.durability").value()).isEqualTo("os");
        assertThat(entry(TOPIC, "sluice.durability").isReadOnly()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "BROKER, 1, num.partitions, 3, INVALID_REQUEST, Cannot update these configs dynamically: [num.partitions]",
        "BROKER, '', num.partitions, 3, INVALID_REQUEST, Cannot update these configs dynamically: [num.partitions]",
        "BROKER, 2, log.retention.ms, 3, INVALID_REQUEST, 'Unexpected broker id, expected 1, but received 2'",
        "BROKER, one, log.retention.ms, 3, INVALID_REQUEST, 'Node id must be an integer, but it is: one'",
        "BROKER, 1, log.retention.mss, 3, INVALID_CONFIG, Unknown broker config name: log.retention.mss",
        "GROUP, '', consumer.session.timeout.ms, 50000, INVALID_REQUEST, Default group resources are not allowed.",
        "GROUP, g, consumer.sessions, 50000, INVALID_CONFIG, Unknown group config name: consumer.sessions",
        "TOPIC, '', retention.ms, 3, INVALID_REQUEST, Default topic resources are not allowed.",
        "TOPIC, none, retention.ms, 3, UNKNOWN_TOPIC_OR_PARTITION, The topic 'none' does not exist.",
        "TOPIC, none, retention.mss, 3, INVALID_CONFIG, Unknown topic config name: retention.mss"
    })
    void whatCannotBeIsRefusedInKafkasWords(
            Kind kind, String name, String key, String value, ErrorCode error, String message) {
        Result<Resource> refused = broker.configs()
                .alter(new Resource(kind, name), List.of(new Change(key, Action.SET, value)), false)
                .join();

        assertThat(refused.error()).isEqualTo(error);
        assertThat(refused.message()).isEqualTo(message);
    }

    @Test
    void aBrokersWrongValueIsAnInvalidRequestAsInKafka() {
        Result<Resource> refused = broker.configs()
                .alter(NODE, List.of(new Change("log.retention.ms", Action.SET, "soon")), false)
                .join();

        assertThat(refused.error()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.message()).contains("log.retention.ms", "soon");
    }

    @Test
    void onlyListsAreAppendedTo() {
        create();
        Result<Resource> refused = broker.configs()
                .alter(TOPIC, List.of(new Change("retention.ms", Action.APPEND, "1")), false)
                .join();

        assertThat(refused.error()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(refused.message()).isEqualTo("Can't APPEND to key retention.ms because its type is not LIST.");
        alter(TOPIC, new Change("cleanup.policy", Action.APPEND, "delete"));
        assertThat(entry(TOPIC, "cleanup.policy").value()).isEqualTo("delete");
    }

    @Test
    void aResourceChangesAsAWholeOrNotAtAll() {
        create();
        List<Change> changes =
                List.of(new Change("retention.ms", Action.SET, "5"), new Change("segment.ms", Action.SET, "never"));

        assertThat(broker.configs().alter(TOPIC, changes, false).join().error()).isEqualTo(ErrorCode.INVALID_CONFIG);

        assertThat(entry(TOPIC, "retention.ms").source()).isEqualTo(Source.DEFAULT);
    }

    @Test
    void validationAloneChangesNothing() {
        List<Change> changes = List.of(new Change("log.retention.ms", Action.SET, "5"));

        assertThat(broker.configs().alter(NODE, changes, true).join().isOk()).isTrue();

        assertThat(entry(NODE, "log.retention.ms").source()).isEqualTo(Source.DEFAULT);
    }

    @Test
    void theNamesOfWhatHasConfigurationsAreKnown() {
        create();
        set(GROUP, "consumer.session.timeout.ms", "50000");

        assertThat(broker.configs().names(Kind.TOPIC).get()).containsExactly("orders");
        assertThat(broker.configs().names(Kind.BROKER).get()).containsExactly("1");
        assertThat(broker.configs().names(Kind.GROUP).get()).containsExactly("readers");
        broker.configs().replace(GROUP, Map.of(), false).join().get();
        assertThat(broker.configs().names(Kind.GROUP).get()).isEmpty();
    }

    private void create() {
        broker.topics()
                .create(new NewTopic("orders", -1, -1, Map.of()), false)
                .join()
                .get();
    }

    private Topic orders() {
        return broker.topics().find("orders").orElseThrow();
    }

    private void set(Resource resource, String name, String value) {
        alter(resource, new Change(name, Action.SET, value));
    }

    private void alter(Resource resource, Change change) {
        broker.configs().alter(resource, List.of(change), false).join().get();
    }

    private ConfigEntry entry(Resource resource, String name) {
        return broker.configs().describe(resource).get().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
