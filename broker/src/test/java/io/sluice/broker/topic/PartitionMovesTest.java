package io.sluice.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Result;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigEdit;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.topic.AdvanceMove.Step;
import io.sluice.broker.topic.MetadataEvent.TopicCreated;
import io.sluice.broker.topic.PartitionMove.Cut;
import io.sluice.broker.topic.PartitionMove.Stage;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.UndoLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the metadata decides about moves of partitions. */
final class PartitionMovesTest {
    private static final TopicId ORDERS = new TopicId(1, 2);
    private static final ConfigValues BROKER =
            BrokerConfigs.TABLE.check(Map.of()).get();
    private static final Cut CUT = new Cut(90, 10, 7, 1);

    private final MetadataState state = new MetadataState();
    private final SimulatedMetadataShard metadata = new SimulatedMetadataShard(state);

    PartitionMovesTest() {
        topic(ORDERS, "orders", Map.of());
    }

    private void topic(TopicId id, String name, Map<String, String> configs) {
        state.apply(
                MetadataCodec.encode(new TopicCreated(new TopicRecord(id, name, 3, Durability.FSYNC, configs))),
                UndoLog.NONE);
    }

    /** As it comes from another node. */
    private Result<Integer> begin(String topic, int partition, int shard) {
        List<Result<Integer>> answers = new ArrayList<>();
        ByteWriter out = new ByteWriter();
        new BeginMove(new BeginMove.Wanted(topic, partition, shard, false), BROKER, new ThreeShards(), answers::add)
                .write(out);
        metadata.submit(state, BeginMove.read(new ByteReader(out.toBuffer()), BROKER, new ThreeShards(), answers::add));
        return answers.getFirst();
    }

    private ErrorCode advance(long number, Step step) {
        List<Result<Long>> answers = new ArrayList<>();
        ByteWriter out = new ByteWriter();
        new AdvanceMove(new AdvanceMove.Wanted(ORDERS, 1, number, step, CUT), answers::add).write(out);
        metadata.submit(state, AdvanceMove.read(new ByteReader(out.toBuffer()), answers::add));
        return answers.getFirst().error();
    }

    private PartitionMove move() {
        return state.movesImage().move(ORDERS, 1).orElseThrow();
    }

    private int shardOfPartition() {
        return state.topic(ORDERS).orElseThrow().topic().shard(1);
    }

    @Test
    void aPartitionLiesInTheOtherShardFromTheSealOn() {
        assertThat(begin("orders", 1, 4).get()).isEqualTo(1);
        long number = move().number();
        assertThat(number).isEqualTo(state.version());
        assertThat(shardOfPartition()).isEqualTo(1);

        assertThat(advance(number, Step.SEALED)).isEqualTo(ErrorCode.NONE);
        assertThat(move().stage()).isEqualTo(Stage.SEALED);
        assertThat(move().cut().endOffset()).isEqualTo(90);
        assertThat(shardOfPartition()).isEqualTo(4);
        TopicMoves.Place place = state.movesImage().of(ORDERS).place(1).orElseThrow();
        assertThat(place.shard()).isEqualTo(4);
        assertThat(place.epochsAbove()).isGreaterThan(CUT.epochBase());

        assertThat(advance(number, Step.ADOPTED)).isEqualTo(ErrorCode.NONE);
        assertThat(advance(number, Step.DONE)).isEqualTo(ErrorCode.NONE);
        assertThat(state.movesImage().moving()).isEmpty();
        assertThat(shardOfPartition()).isEqualTo(4);
    }

    @Test
    void whereAPartitionLiesAndItsEpochOutliveRestarts() {
        begin("orders", 1, 4).get();
        advance(move().number(), Step.SEALED);
        TopicMoves moves = state.movesImage().of(ORDERS);

        MetadataState restored = new MetadataState();
        restored.restore(state.snapshot());
        restored.published();

        assertThat(restored.movesImage().of(ORDERS)).isEqualTo(moves);
    }

    @Test
    void aStepThatIsToldAgainOrTooEarlyChangesNothing() {
        begin("orders", 1, 4).get();
        long number = move().number();
        advance(number, Step.ADOPTED);
        advance(number, Step.DONE);
        assertThat(move().stage()).isEqualTo(Stage.COPYING);

        advance(number, Step.SEALED);
        long version = state.version();
        advance(number, Step.SEALED);
        assertThat(state.version()).isEqualTo(version);
    }

    @Test
    void onlyWhatIsNotSealedCanBeTakenBack() {
        begin("orders", 1, 4).get();
        long first = move().number();
        assertThat(advance(first, Step.TAKEN_BACK)).isEqualTo(ErrorCode.NONE);
        assertThat(shardOfPartition()).isEqualTo(1);
        assertThat(advance(first, Step.SEALED)).isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);

        begin("orders", 1, 5).get();
        assertThat(advance(first, Step.SEALED)).isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
        advance(move().number(), Step.SEALED);
        assertThat(advance(move().number(), Step.TAKEN_BACK)).isEqualTo(ErrorCode.POLICY_VIOLATION);
    }

    @Test
    void aMoveThatBeginsAgainIsAnotherOne() {
        begin("orders", 1, 4).get();
        long first = move().number();

        assertThat(advance(first, Step.BEGUN_AGAIN)).isEqualTo(ErrorCode.NONE);

        assertThat(move().number()).isEqualTo(state.version()).isGreaterThan(first);
        assertThat(move().to()).isEqualTo(4);
        assertThat(move().stage()).isEqualTo(Stage.COPYING);
        assertThat(advance(first, Step.SEALED)).isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
        advance(move().number(), Step.SEALED);
        assertThat(advance(move().number(), Step.BEGUN_AGAIN)).isEqualTo(ErrorCode.POLICY_VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"compact", "compact,delete"})
    void aCompactedPartitionMoves(String policy) {
        topic(new TopicId(3, 4), "latest", Map.of("cleanup.policy", policy));

        assertThat(begin("latest", 0, 4).get()).isEqualTo(1);
    }

    @Test
    void aPartitionMovesToOneShardAtATime() {
        begin("orders", 1, 4).get();
        assertThat(begin("orders", 1, 4).isOk()).isTrue();

        assertThat(begin("orders", 1, 5).message()).contains("it is on its way to shard 4");
        assertThat(state.movesImage().moving()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "sluice.redis.ids, time, a stream of Redis",
        "errors.deadletterqueue.group.enable, true, takes dead letters"
    })
    void whatLivesInThePartitionsShardBesideItsRecordsDoesNotMove(String config, String value, String reason) {
        topic(new TopicId(3, 4), "special", Map.of(config, value));

        Result<Integer> begun = begin("special", 0, 4);

        assertThat(begun.error()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(begun.message()).contains(reason);
    }

    @Test
    void theTopicOfDeadLettersBesideItsOriginStays() {
        topic(new TopicId(3, 4), "orders.dead", Map.of());
        topic(new TopicId(3, 5), "nobody.dead", Map.of());

        assertThat(begin("orders.dead", 0, 4).message()).contains("takes dead letters");
        assertThat(begin("nobody.dead", 0, 4).get()).isEqualTo(1);
    }

    @Test
    void aTopicIsNotConfiguredWhileItsPartitionsMove() {
        begin("orders", 1, 4).get();
        List<Result<MetadataState.Versioned>> answers = new ArrayList<>();
        ConfigEdit edit = new ConfigEdit.Replacement(Map.of("cleanup.policy", "compact"));

        metadata.submit(
                state, new ConfigureTopic(new ConfigureTopic.Wanted("orders", edit, false), BROKER, answers::add));

        assertThat(answers.getFirst().error()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(answers.getFirst().message()).contains("on its way to another shard");
    }

    @Test
    void whatIsNotThereDoesNotMove() {
        assertThat(begin("nothing", 0, 4).error()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(begin("orders", 3, 4).error()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(begin("orders", 0, 9).message()).contains("there are [1, 4, 5]");
        assertThat(begin("orders", 0, 1).get()).isEqualTo(1);
        assertThat(state.movesImage().moving()).isEmpty();
    }
}
