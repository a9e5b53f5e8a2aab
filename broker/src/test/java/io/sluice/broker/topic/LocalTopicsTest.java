package io.sluice.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Change;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicListener;
import io.sluice.broker.append.AppendCounters;
import io.sluice.broker.append.Appender;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigEdit;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.read.CountingReads;
import io.sluice.broker.read.ReadCounters;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalTopicsTest {
    private final MetadataState state = new MetadataState();
    private final SimulatedMetadataShard metadata = new SimulatedMetadataShard(state);
    private final SimulatedDataShards data = new SimulatedDataShards();
    private final List<String> forgotten = new ArrayList<>();
    private final List<String> news = new ArrayList<>();
    private LiveConfigs live = new LiveConfigs(ConfigValues.NONE);
    private ErrorCode forgetting = ErrorCode.NONE;
    private LocalTopics topics = newRun(Map.of());

    private LocalTopics newRun(Map<String, String> settings) {
        live = new LiveConfigs(BrokerConfigs.TABLE.check(settings).get());
        LocalTopics run = new LocalTopics(
                new MetadataRuntime(state, metadata),
                data,
                new PartitionPaths(
                        new Appender(new SimulatedClock(), new AppendCounters()),
                        new CountingReads(new ReadCounters()),
                        () -> (id, batch, executor, told) -> {}),
                live,
                new Random(42));
        run.whenDeleted((shard, name) -> {
            forgotten.add(name);
            return CompletableFuture.completedFuture(forgetting);
        });
        run.addListener(new Newspaper());
        assertThat(run.start().join()).isEqualTo(ErrorCode.NONE);
        return run;
    }

    private final class Newspaper implements TopicListener {
        @Override
        public void created(Topic topic) {
            news.add("created " + topic.name() + " " + topic.partitionCount());
        }

        @Override
        public void deleted(Topic topic) {
            news.add("deleted " + topic.name() + " " + topic.isDeleted());
        }

        @Override
        public void partitionsAdded(Topic topic, int before) {
            news.add("grew " + topic.name() + " " + before + " " + topic.partitionCount());
        }
    }

    @Test
    void aCreatedTopicIsFoundByNameAndId() {
        Topic topic = create("orders", 3, Map.of("retention.ms", "1000")).get();

        assertThat(topics.find("orders")).contains(topic);
        assertThat(topics.find(topic.id())).contains(topic);
        assertThat(topic.partitionCount()).isEqualTo(3);
        assertThat(topic.settings().retentionMs()).isEqualTo(1000);
        assertThat(data.open).containsEntry(topic.id(), 3);
    }

    @Test
    void aDeletedTopicIsForgottenOnceAllShardsHaveDroppedIt() {
        Topic topic = create("orders", 3, Map.of()).get();
        data.outcome = ErrorCode.STORAGE_ERROR;
        topics.delete(topic.id()).join();
        assertThat(topics.follower().keptDrops()).isPositive();

        data.outcome = ErrorCode.NONE;
        topics.repair();

        assertThat(topics.follower().keptDrops()).isZero();
    }

    @Test
    void topicsAreListedByName() {
        create("b", 1, Map.of());
        create("c", 1, Map.of());
        create("a", 1, Map.of());

        assertThat(topics.all()).extracting(Topic::name).containsExactly("a", "b", "c");
    }

    @Test
    void aTopicIsNotShownBeforeItsPartitionsAreOpen() {
        metadata.hold();
        CompletableFuture<Result<Topic>> creation = topics.create(new NewTopic("orders", 1, 1, Map.of()), false);

        assertThat(creation).isNotDone();
        assertThat(topics.find("orders")).isEmpty();
        assertThat(data.proposed).isEmpty();
        metadata.commit();
        assertThat(topics.find("orders")).contains(creation.join().get());
    }

    @Test
    void theSecondOfTwoEqualNamesIsRefusedEvenWhileTheFirstIsUnderWay() {
        metadata.hold();
        CompletableFuture<Result<Topic>> first = topics.create(new NewTopic("orders", 1, 1, Map.of()), false);
        CompletableFuture<Result<Topic>> second = topics.create(new NewTopic("orders", 1, 1, Map.of()), false);
        metadata.commit();

        assertThat(first.join().isOk()).isTrue();
        assertThat(second.join().error()).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
        assertThat(topics.all()).hasSize(1);
    }

    @Test
    void namesThatOnlyDifferInDotAndUnderscoreCollide() {
        create("a.b", 1, Map.of());

        Result<Topic> second = create("a_b", 1, Map.of());

        assertThat(second.error()).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
        assertThat(second.message()).contains("a_b", "a.b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ä", "a\u0000"})
    void kafkasForbiddenNamesAreForbidden(String name) {
        assertThat(create(name, 1, Map.of()).error()).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
        assertThat(topics.whyInvalidName(name)).isPresent();
    }

    @Test
    void aNameHas249CharactersAtMost() {
        assertThat(topics.whyInvalidName("x".repeat(249))).isEmpty();
        assertThat(topics.whyInvalidName("x".repeat(250))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -2, 100_001})
    void numbersOfPartitionsOutOfBoundsAreRefused(int partitionCount) {
        assertThat(create("orders", partitionCount, Map.of()).error()).isEqualTo(ErrorCode.INVALID_PARTITIONS);
    }

    @Test
    void oneNodeHasOneReplica() {
        assertThat(topics.create(new NewTopic("a", 1, 3, Map.of()), false)
                        .join()
                        .error())
                .isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
        assertThat(topics.create(new NewTopic("a", 1, -1, Map.of()), false)
                        .join()
                        .isOk())
                .isTrue();
    }

    @Test
    void allPartitionsTogetherAreBounded() {
        topics = newRun(Map.of("sluice.partitions.max", "10"));
        assertThat(create("a", 6, Map.of()).isOk()).isTrue();
        assertThat(create("b", 5, Map.of()).error()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(create("b", 4, Map.of()).isOk()).isTrue();
    }

    @Test
    void validationAloneCreatesNothing() {
        Result<Topic> validated =
                topics.create(new NewTopic("orders", 2, 1, Map.of()), true).join();

        assertThat(validated.get().partitionCount()).isEqualTo(2);
        assertThat(validated.get().id()).isEqualTo(TopicId.ZERO);
        assertThat(topics.all()).isEmpty();
        assertThat(state.topics()).isEmpty();
    }

    @Test
    void validationAloneOpensNoShard() {
        NewTopic cache = new NewTopic("cache", 1, 1, Map.of("sluice.durability", "memory"));

        assertThat(topics.create(cache, true).join().isOk()).isTrue();

        assertThat(data.prepared).isEmpty();
    }

    @Test
    void aTopicWhoseShardCannotOpenIsRefusedAndMayBeAskedForAgain() {
        data.preparation = CompletableFuture.failedFuture(new IllegalStateException("the disk is full"));
        CompletableFuture<Result<Topic>> refused = topics.findOrAutoCreate("orders");
        assertThat(refused).isDone();
        assertThat(refused.join().error()).isEqualTo(ErrorCode.STORAGE_ERROR);
        data.preparation = CompletableFuture.completedFuture(ErrorCode.NONE);

        CompletableFuture<Result<Topic>> created = topics.findOrAutoCreate("orders");

        assertThat(created).isDone();
        assertThat(created.join().isOk()).isTrue();
    }

    @Test
    void validationAloneSeesWhatExists() {
        create("orders", 1, Map.of());

        assertThat(topics.create(new NewTopic("orders", 1, 1, Map.of()), true)
                        .join()
                        .error())
                .isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
    }

    @Test
    void aCreationThatIsNotJournaledLeavesNothing() {
        metadata.hold();
        CompletableFuture<Result<Topic>> creation = topics.create(new NewTopic("orders", 1, 1, Map.of()), false);
        metadata.reject();

        assertThat(creation.join().error()).isEqualTo(ErrorCode.STORAGE_ERROR);
        metadata.commit();
        assertThat(create("orders", 1, Map.of()).isOk()).isTrue();
    }

    @Test
    void aCreationThatCommitsAfterItWasGivenUpIsThereInTheEnd() {
        metadata.hold();
        CompletableFuture<Result<Topic>> creation = topics.create(new NewTopic("orders", 2, 1, Map.of()), false);
        metadata.stopLeading();
        assertThat(creation.join().error()).isEqualTo(ErrorCode.NOT_CONTROLLER);

        metadata.leadAgain();

        Topic topic = topics.find("orders").orElseThrow();
        assertThat(data.open).containsEntry(topic.id(), 2);
    }

    @Test
    void aDeletionThatCommitsAfterItWasGivenUpHappensInTheEnd() {
        Topic topic = create("orders", 2, Map.of()).get();
        metadata.hold();
        CompletableFuture<Result<Topic>> deletion = topics.delete(topic.id());
        metadata.stopLeading();
        assertThat(deletion.join().error()).isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(topics.find("orders")).contains(topic);

        metadata.leadAgain();

        assertThat(topics.find("orders")).isEmpty();
        assertThat(topic.isDeleted()).isTrue();
        assertThat(data.open).isEmpty();
        assertThat(state.dropping()).isEmpty();
    }

    /** One of them may be the other, sent again because nobody had answered it. */
    @Test
    void ofTwoDeletionsAtTheSameTimeBothSucceed() {
        Topic topic = create("orders", 2, Map.of()).get();
        metadata.hold();
        CompletableFuture<Result<Topic>> first = topics.delete(topic.id());
        CompletableFuture<Result<Topic>> second = topics.delete(topic.id());

        metadata.commit();

        assertThat(first.join().get()).isEqualTo(topic);
        assertThat(second.join().get()).isEqualTo(topic);
        assertThat(state.dropping()).isEmpty();
    }

    @Test
    void aTopicWhosePartitionsCouldNotOpenIsOpenedLater() {
        data.outcome = ErrorCode.STORAGE_ERROR;
        assertThat(create("orders", 1, Map.of()).error()).isEqualTo(ErrorCode.STORAGE_ERROR);
        assertThat(topics.find("orders")).isEmpty();
        data.outcome = ErrorCode.NONE;

        topics.repair();

        assertThat(topics.find("orders")).isPresent();
    }

    @Test
    void aStartOpensWhatACrashLeftUnopened() {
        data.outcome = ErrorCode.STORAGE_ERROR;
        create("orders", 3, Map.of());
        data.outcome = ErrorCode.NONE;

        topics = newRun(Map.of());

        Topic topic = topics.find("orders").orElseThrow();
        assertThat(data.open).containsEntry(topic.id(), 3);
    }

    @Test
    void aStartDropsWhatACrashLeftUndropped() {
        Topic topic = create("orders", 1, Map.of()).get();
        data.outcome = ErrorCode.STORAGE_ERROR;
        assertThat(topics.delete(topic.id()).join().isOk()).isTrue();
        assertThat(data.open).isNotEmpty();
        data.outcome = ErrorCode.NONE;

        topics = newRun(Map.of());

        assertThat(data.open).isEmpty();
        assertThat(state.dropping()).isEmpty();
    }

    @Test
    void aStartLeavesOpenTopicsAlone() {
        create("orders", 1, Map.of());
        data.proposed.clear();

        topics = newRun(Map.of());

        assertThat(data.proposed).isEmpty();
        assertThat(topics.find("orders")).isPresent();
    }

    @Test
    void memoryTopicsBeginAgainInANewEpochAtEachStart() {
        Topic topic = create("cache", 1, Map.of("sluice.durability", "memory")).get();
        data.open.clear();
        data.proposed.clear();

        topics = newRun(Map.of());

        assertThat(topics.find(topic.id())).isPresent();
        assertThat(data.proposed).singleElement().isInstanceOfSatisfying(ControlEntry.Open.class, open -> {
            assertThat(open.epochBase()).isEqualTo(1);
            assertThat(open.topicId()).isEqualTo(topic.id());
        });
    }

    @Test
    void aDeletedTopicIsGoneAndANewOneOfItsNameHasAnotherId() {
        Topic first = create("orders", 1, Map.of()).get();

        assertThat(topics.delete(first.id()).join().get()).isEqualTo(first);

        assertThat(first.isDeleted()).isTrue();
        assertThat(topics.find("orders")).isEmpty();
        assertThat(topics.delete(first.id()).join().error()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
        Topic second = create("orders", 1, Map.of()).get();
        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void whoFoundATopicJustBeforeItsDeletionGetsAPartitionThatSaysSo() {
        Topic topic = create("orders", 1, Map.of()).get();
        topics.delete(topic.id()).join();
        List<ErrorCode> told = new ArrayList<>();

        Partition partition = topic.partition(0);

        partition.append(ByteBuffer.allocate(0), Runnable::run, (error, baseOffset, startOffset) -> told.add(error));
        partition.addListener(new Ending(told));
        assertThat(told).containsExactly(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(partition.endOffset()).isZero();
        assertThat(partition.deleteRecords(0).join().error()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private record Ending(List<ErrorCode> told) implements Partition.GrowthListener {
        @Override
        public void grew(int lengthBytes) {
            throw new IllegalStateException("nothing grows any more");
        }

        @Override
        public void closed(ErrorCode reason) {
            told.add(reason);
        }
    }

    @Test
    void deletionCanBeSwitchedOff() {
        topics = newRun(Map.of("delete.topic.enable", "false"));
        Topic topic = create("orders", 1, Map.of()).get();

        assertThat(topics.delete(topic.id()).join().error()).isEqualTo(ErrorCode.TOPIC_DELETION_DISABLED);
    }

    @Test
    void theDropOfATopicIsNewerThanItsOpening() {
        Topic topic = create("orders", 1, Map.of()).get();
        topics.delete(topic.id()).join();

        ControlEntry.Open open = (ControlEntry.Open) data.proposed.get(0);
        ControlEntry.Drop drop = (ControlEntry.Drop) data.proposed.get(1);
        assertThat(drop.metadataVersion()).isGreaterThan(open.metadataVersion());
    }

    @Test
    void aMissingTopicIsCreatedOnceForAllWhoAsk() {
        topics = newRun(Map.of("num.partitions", "4"));
        metadata.hold();
        CompletableFuture<Result<Topic>> first = topics.findOrAutoCreate("orders");
        CompletableFuture<Result<Topic>> second = topics.findOrAutoCreate("orders");
        metadata.commit();

        assertThat(first.join().get().partitionCount()).isEqualTo(4);
        assertThat(second.join().get()).isSameAs(first.join().get());
        assertThat(topics.findOrAutoCreate("orders").join().get())
                .isSameAs(first.join().get());
        assertThat(state.topics()).hasSize(1);
    }

    @Test
    void autoCreationThatLosesARaceFindsTheWinner() {
        metadata.hold();
        CompletableFuture<Result<Topic>> explicit = topics.create(new NewTopic("orders", 2, 1, Map.of()), false);
        CompletableFuture<Result<Topic>> automatic = topics.findOrAutoCreate("orders");
        metadata.commit();

        assertThat(automatic.join().get()).isSameAs(explicit.join().get());
    }

    @Test
    void autoCreationCanBeSwitchedOff() {
        topics = newRun(Map.of("auto.create.topics.enable", "false"));

        assertThat(topics.findOrAutoCreate("orders").join().error()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(topics.all()).isEmpty();
    }

    @Test
    void autoCreationRefusesInvalidNames() {
        assertThat(topics.findOrAutoCreate("a b").join().error()).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
    }

    @Test
    void aTopicKeepsTheWeakerDurabilityItWasCreatedWith() {
        topics = newRun(Map.of("sluice.durability", "os"));
        Topic topic = create("orders", 1, Map.of()).get();

        topics = newRun(Map.of());

        assertThat(topics.describeConfigs(topics.find(topic.id()).orElseThrow()))
                .filteredOn(entry -> entry.name().equals("sluice.durability"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.value()).isEqualTo("os");
                    assertThat(entry.source()).isEqualTo(ConfigEntry.Source.TOPIC);
                });
    }

    @Test
    void aTopicKeepsTheStrongerDurabilityItWasCreatedWith() {
        Topic topic = create("orders", 1, Map.of()).get();

        topics = newRun(Map.of("sluice.durability", "os"));

        assertThat(topics.describeConfigs(topics.find(topic.id()).orElseThrow()))
                .filteredOn(entry -> entry.name().equals("sluice.durability"))
                .extracting(ConfigEntry::value)
                .containsExactly("fsync");
    }

    @Test
    void listenersHearWhatBecomesOfTopics() {
        Topic topic = create("orders", 2, Map.of()).get();
        topics.addPartitions(topic.id(), 5, false).join();
        topics.delete(topic.id()).join();

        assertThat(news).containsExactly("created orders 2", "grew orders 2 5", "deleted orders true");
    }

    @Test
    void partitionsAreAddedAndOnlyTheyAreOpened() {
        Topic topic = create("orders", 2, Map.of()).get();

        Result<Topic> grown = topics.addPartitions(topic.id(), 5, false).join();

        assertThat(grown.get()).isSameAs(topic);
        assertThat(topic.partitionCount()).isEqualTo(5);
        assertThat(data.open).containsEntry(topic.id(), 5);
        assertThat(data.proposed.getLast()).isInstanceOfSatisfying(ControlEntry.Open.class, open -> {
            assertThat(open.firstPartition()).isEqualTo(2);
            assertThat(open.count()).isEqualTo(3);
        });
    }

    @Test
    void partitionsThatCouldNotOpenAreShownOnceTheyAre() {
        Topic topic = create("orders", 2, Map.of()).get();
        data.outcome = ErrorCode.STORAGE_ERROR;
        assertThat(topics.addPartitions(topic.id(), 5, false).join().error()).isEqualTo(ErrorCode.STORAGE_ERROR);
        assertThat(topic.partitionCount()).isEqualTo(2);
        data.outcome = ErrorCode.NONE;

        topics.repair();

        assertThat(topic.partitionCount()).isEqualTo(5);
        assertThat(news).containsExactly("created orders 2", "grew orders 2 5");
    }

    @Test
    void aStartOpensTheAddedPartitionsThatACrashLeftUnopened() {
        Topic topic = create("orders", 2, Map.of()).get();
        data.outcome = ErrorCode.STORAGE_ERROR;
        topics.addPartitions(topic.id(), 5, false).join();
        data.outcome = ErrorCode.NONE;

        topics = newRun(Map.of());

        assertThat(topics.find("orders").orElseThrow().partitionCount()).isEqualTo(5);
        assertThat(data.open).containsEntry(topic.id(), 5);
    }

    @ParameterizedTest
    @CsvSource({
        "3, INVALID_PARTITIONS, Topic already has 3 partition(s).",
        "2, INVALID_PARTITIONS, The topic orders currently has 3 partition(s); 2 would not be an increase.",
        "-1, INVALID_PARTITIONS, The topic orders currently has 3 partition(s); -1 would not be an increase.",
        "100001, INVALID_PARTITIONS, 'a topic has 100000 partitions at most, not 100001'",
        "11, POLICY_VIOLATION, the broker has 3 partitions and takes 10 at most (sluice.partitions.max)"
    })
    void whatWouldBeNoIncreaseIsRefusedInKafkasWords(int partitionCount, ErrorCode error, String message) {
        topics = newRun(Map.of("sluice.partitions.max", "10"));
        Topic topic = create("orders", 3, Map.of()).get();

        Result<Topic> grown =
                topics.addPartitions(topic.id(), partitionCount, false).join();

        assertThat(grown.error()).isEqualTo(error);
        assertThat(grown.message()).isEqualTo(message);
        assertThat(topic.partitionCount()).isEqualTo(3);
    }

    @Test
    void validatingMorePartitionsAddsNone() {
        Topic topic = create("orders", 3, Map.of()).get();

        assertThat(topics.addPartitions(topic.id(), 4, true).join().isOk()).isTrue();
        assertThat(topics.addPartitions(topic.id(), 3, true).join().error()).isEqualTo(ErrorCode.INVALID_PARTITIONS);
        assertThat(topic.partitionCount()).isEqualTo(3);
        assertThat(topics.addPartitions(new TopicId(9, 9), 4, true).join().error())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aConfigurationThatChangesIsInEffectWhenItIsAnswered() {
        Topic topic = create("orders", 1, Map.of("retention.ms", "1000")).get();

        assertThat(configure("orders", set("retention.ms", "5", "segment.ms", "77"))
                        .isOk())
                .isTrue();

        assertThat(topic.settings().retentionMs()).isEqualTo(5);
        assertThat(data.segments.get(topic.id()).segmentMsMax()).isEqualTo(77);
        assertThat(configure("orders", new ConfigEdit.Replacement(Map.of())).isOk())
                .isTrue();
        assertThat(topic.settings().retentionMs()).isEqualTo(604_800_000);
        assertThat(topic.settings().explicit()).isEmpty();
    }

    @Test
    void aStartConfiguresSegmentsThatACrashLeftAsTheyWere() {
        Topic topic = create("orders", 1, Map.of()).get();
        data.outcome = ErrorCode.STORAGE_ERROR;
        configure("orders", set("segment.ms", "77"));
        data.outcome = ErrorCode.NONE;

        topics = newRun(Map.of());

        assertThat(data.segments.get(topic.id()).segmentMsMax()).isEqualTo(77);
    }

    @Test
    void validationAloneConfiguresNothing() {
        Topic topic = create("orders", 1, Map.of()).get();
        ConfigEdit edit = set("retention.ms", "5");

        assertThat(topics.configure("orders", edit, true).join().isOk()).isTrue();

        assertThat(topic.settings().retentionMs()).isEqualTo(604_800_000);
    }

    @Test
    void wrongValuesAreNamedBeforeMissingTopics() {
        assertThat(configure("none", set("retention.mss", "5")).message())
                .isEqualTo("Unknown topic config name: retention.mss");
        assertThat(configure("none", set("retention.ms", "5")).message()).isEqualTo("The topic 'none' does not exist.");
        assertThat(configure("no name", set("retention.ms", "5")).error()).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
    }

    @Test
    void theDurabilityOfATopicCannotChange() {
        create("orders", 1, Map.of());
        create("cache", 1, Map.of("sluice.durability", "os"));

        Result<Topic> weaker = configure("orders", set("sluice.durability", "os"));
        assertThat(weaker.error()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(weaker.message()).contains("sluice.durability", "fsync");
        assertThat(configure("cache", set("sluice.durability", "fsync")).error())
                .isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(configure("cache", set("sluice.durability", "os")).isOk()).isTrue();
        assertThat(configure("cache", new ConfigEdit.Replacement(Map.of())).isOk())
                .isTrue();
        assertThat(topics.find("cache").orElseThrow().settings().explicit()).containsEntry("sluice.durability", "os");
    }

    @Test
    void topicsWithoutAValueOfTheirOwnFollowTheBroker() {
        Topic follows = create("follows", 1, Map.of()).get();
        Topic keeps = create("keeps", 1, Map.of("retention.ms", "9", "segment.ms", "99"))
                .get();

        live.become(ConfigValues.NONE, new ConfigValues(Map.of("log.retention.ms", "5", "log.roll.ms", "55")));

        assertThat(follows.settings().retentionMs()).isEqualTo(5);
        assertThat(data.segments.get(follows.id()).segmentMsMax()).isEqualTo(55);
        assertThat(keeps.settings().retentionMs()).isEqualTo(9);
        assertThat(data.segments.get(keeps.id()).segmentMsMax()).isEqualTo(99);
    }

    @Test
    void aStartForgetsThePositionsThatACrashLeft() {
        Topic topic = create("orders", 1, Map.of()).get();
        forgetting = ErrorCode.COORDINATOR_NOT_AVAILABLE;
        topics.delete(topic.id()).join();
        forgotten.clear();
        forgetting = ErrorCode.NONE;

        topics = newRun(Map.of());

        assertThat(forgotten).containsExactly("orders");
        assertThat(state.dropping()).isEmpty();
    }

    @Test
    void positionsOfAYoungerTopicOfTheNameAreNotForgotten() {
        Topic topic = create("orders", 1, Map.of()).get();
        data.outcome = ErrorCode.STORAGE_ERROR;
        topics.delete(topic.id()).join();
        data.outcome = ErrorCode.NONE;
        forgotten.clear();
        assertThat(create("orders", 1, Map.of()).isOk()).isTrue();

        topics = newRun(Map.of());

        assertThat(forgotten).isEmpty();
        assertThat(state.dropping()).isEmpty();
    }

    private Result<Topic> configure(String name, ConfigEdit edit) {
        return topics.configure(name, edit, false).join();
    }

    private static ConfigEdit set(String... namesAndValues) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            changes.add(new Change(namesAndValues[i], Action.SET, namesAndValues[i + 1]));
        }
        return new ConfigEdit.Changes(changes);
    }

    private Result<Topic> create(String name, int partitionCount, Map<String, String> configs) {
        return topics.create(new NewTopic(name, partitionCount, 1, configs), false)
                .join();
    }
}
