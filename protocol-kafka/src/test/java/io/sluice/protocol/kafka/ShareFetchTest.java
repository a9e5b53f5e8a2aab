package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Change;
import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData.AcquiredRecords;
import org.apache.kafka.common.message.ShareFetchResponseData.PartitionData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ShareFetch and ShareAcknowledge byte for byte, over the real broker (KIP-932, KIP-1206, KIP-1222). */
final class ShareFetchTest {
    private static final byte GAP = 0;
    private static final byte ACCEPT = 1;
    private static final byte RELEASE = 2;
    private static final byte RENEW = 4;
    private static final int SMALL = 3;
    private static final String LONG_TEXT = "y".repeat(150);

    @TempDir
    static Path folder;

    private static BrokerServer server;
    private static int count;

    private final List<WireClient> clients = new ArrayList<>();
    private Topic topic;
    private ShareSamples samples;
    private WireClient client;

    @BeforeAll
    static void start() {
        server = new BrokerServer(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void groupInATopic() {
        count++;
        topic = server.create("shared-" + count, 1);
        samples = Samples.of(topic).shares();
        client = newClient();
        var joined = client.ask(
                KafkaApi.SHARE_GROUP_HEARTBEAT, 1, samples.heartbeat(0), ShareGroupHeartbeatResponseData.class);
        assertThat(joined.errorCode()).isZero();
    }

    @AfterEach
    void endClients() {
        clients.forEach(WireClient::close);
    }

    private WireClient newClient() {
        WireClient created = server.client();
        clients.add(created);
        return created;
    }

    private void append(String... values) {
        Samples plain = Samples.of(topic);
        var records = new PartitionProduceData().setIndex(0).setRecords(Batches.records(Batches.of(values)));
        newClient().ask(KafkaApi.PRODUCE, 13, plain.produce(13, records), ApiMessage.class);
    }

    private void set(String config, String value) {
        Resource group = new Resource(Kind.GROUP, samples.group());
        assertThat(server.broker
                        .configs()
                        .alter(group, List.of(new Change(config, Action.SET, value)), false)
                        .join()
                        .error())
                .isEqualTo(ErrorCode.NONE);
    }

    private ShareFetchResponseData fetch(WireClient by, ShareFetchRequestData request) {
        return by.ask(KafkaApi.SHARE_FETCH, 2, request, ShareFetchResponseData.class);
    }

    private ShareFetchResponseData fetch(int epoch) {
        return fetch(client, samples.fetch(epoch));
    }

    private ShareAcknowledgeResponseData acknowledge(ShareAcknowledgeRequestData request) {
        return client.ask(KafkaApi.SHARE_ACKNOWLEDGE, 2, request, ShareAcknowledgeResponseData.class);
    }

    private static int errorOf(ShareAcknowledgeResponseData answer) {
        assertThat(answer.errorCode()).isZero();
        return answer.responses().iterator().next().partitions().getFirst().errorCode();
    }

    /** "first-last xcount" of each run, if the answer has any. */
    private static List<String> acquired(ShareFetchResponseData answer) {
        assertThat(answer.errorCode()).as(answer.toString()).isZero();
        List<String> runs = new ArrayList<>();
        answer.responses()
                .forEach(ofTopic -> ofTopic.partitions()
                        .forEach(partition -> partition
                                .acquiredRecords()
                                .forEach(run -> runs.add(
                                        run.firstOffset() + "-" + run.lastOffset() + " x" + run.deliveryCount()))));
        return runs;
    }

    private static PartitionData partition(ShareFetchResponseData answer) {
        return answer.responses().iterator().next().partitions().getFirst();
    }

    @Test
    void recordsComeWithTheirBatchAndTheLock() {
        append("a", "b", "c");
        ShareFetchResponseData answer = fetch(0);
        assertThat(acquired(answer)).containsExactly("0-2 x1");
        assertThat(Batches.read(partition(answer).records())).containsExactly("0:a", "1:b", "2:c");
        assertThat(answer.acquisitionLockTimeoutMs()).isEqualTo(30_000);
        assertThat(acquired(fetch(1))).isEmpty();
    }

    @Test
    void aFetchWaitsForRecordsAndIsWokenByThem() {
        fetch(0);
        int correlation = client.send(KafkaApi.SHARE_FETCH, 2, samples.fetch(1).setMaxWaitMs(60_000));
        append("late");
        var answer = (ShareFetchResponseData) client.receive(KafkaApi.SHARE_FETCH, 2, correlation);
        assertThat(acquired(answer)).containsExactly("0-0 x1");
    }

    @Test
    void aFetchWaitsForAsManyBytesAsItsClientWantsAtLeast() {
        append("a");
        fetch(client, samples.fetch(0).setMaxRecords(1));
        append("b");
        int correlation = client.send(
                KafkaApi.SHARE_FETCH, 2, samples.fetch(1).setMinBytes(400).setMaxWaitMs(60_000));
        append(LONG_TEXT, LONG_TEXT, LONG_TEXT, LONG_TEXT);
        var answer = (ShareFetchResponseData) client.receive(KafkaApi.SHARE_FETCH, 2, correlation);
        assertThat(acquired(answer)).containsExactly("1-1 x1", "2-5 x1");
    }

    @Test
    void aFetchThatHasWaitedForBytesLongEnoughGetsWhatThereIs() {
        append("a");
        assertThat(acquired(fetch(client, samples.fetch(0).setMinBytes(1 << 20).setMaxWaitMs(30))))
                .containsExactly("0-0 x1");
    }

    @Test
    void aFetchThatWaitsMakesRoomForWhatItsClientSendsNext() {
        append("a");
        fetch(0);
        int fetch = client.send(KafkaApi.SHARE_FETCH, 2, samples.fetch(1).setMaxWaitMs(60_000));
        int settle = client.send(KafkaApi.SHARE_ACKNOWLEDGE, 2, samples.acknowledge(2, 0, 0, ACCEPT));
        assertThat(acquired((ShareFetchResponseData) client.receive(KafkaApi.SHARE_FETCH, 2, fetch)))
                .isEmpty();
        var settled = (ShareAcknowledgeResponseData) client.receive(KafkaApi.SHARE_ACKNOWLEDGE, 2, settle);
        assertThat(errorOf(settled)).isZero();
    }

    @Test
    void recordLimitIsKeptAndBatchesAreWholeOtherwise() {
        append("a", "b", "c", "d", "e");
        assertThat(acquired(fetch(client, samples.fetch(0).setMaxRecords(2).setShareAcquireMode((byte) 1))))
                .containsExactly("0-1 x1");
        assertThat(acquired(fetch(client, samples.fetch(1).setMaxRecords(1)))).containsExactly("2-4 x1");
    }

    @Test
    void eachOffsetFaresAsItsTypeSaysAndAGapIsDone() {
        append("a", "b", "c", "d");
        fetch(0);
        assertThat(errorOf(acknowledge(samples.acknowledge(1, 0, SMALL, ACCEPT, GAP, RELEASE, RELEASE))))
                .isZero();
        assertThat(acquired(fetch(2))).containsExactly("2-3 x2");
    }

    @Test
    void acknowledgementsThatComeWithAFetchAreSeenByIt() {
        append("a", "b");
        fetch(0);
        ShareFetchRequestData request = samples.fetch(1);
        var acknowledged = new ShareFetchRequestData.FetchTopic().setTopicId(samples.topicId());
        acknowledged
                .partitions()
                .add(new ShareFetchRequestData.FetchPartition()
                        .setPartitionIndex(0)
                        .setAcknowledgementBatches(List.of(new ShareFetchRequestData.AcknowledgementBatch()
                                .setFirstOffset(0)
                                .setLastOffset(1)
                                .setAcknowledgeTypes(List.of(RELEASE)))));
        request.topics().add(acknowledged);
        ShareFetchResponseData answer = fetch(client, request);
        assertThat(partition(answer).acknowledgeErrorCode()).isZero();
        assertThat(acquired(answer)).containsExactly("0-1 x2");
    }

    @Test
    void whatIsNotTheMembersIsRefusedAsAWhole() {
        append("a", "b");
        fetch(0);
        assertThat(errorOf(acknowledge(samples.acknowledge(1, 0, 5, ACCEPT))))
                .isEqualTo(ErrorCode.INVALID_RECORD_STATE.kafkaCode());
        assertThat(errorOf(acknowledge(samples.acknowledge(2, 0, 1, (byte) 9))))
                .isEqualTo(ErrorCode.INVALID_REQUEST.kafkaCode());
        assertThat(errorOf(acknowledge(samples.acknowledge(SMALL, 0, 1, ACCEPT))))
                .isZero();
    }

    @Test
    void renewingIsForThoseWhoSayItAndMayBeSwitchedOff() {
        append("a");
        fetch(0);
        assertThat(errorOf(acknowledge(samples.acknowledge(1, 0, 0, RENEW))))
                .isEqualTo(ErrorCode.INVALID_REQUEST.kafkaCode());
        ShareAcknowledgeRequestData renewal =
                samples.acknowledge(2, 0, 0, RENEW).setIsRenewAck(true);
        ShareAcknowledgeResponseData renewed = acknowledge(renewal);
        assertThat(errorOf(renewed)).isZero();
        assertThat(renewed.acquisitionLockTimeoutMs()).isEqualTo(30_000);
        set("share.renew.acknowledge.enable", "false");
        assertThat(errorOf(acknowledge(samples.acknowledge(SMALL, 0, 0, RENEW).setIsRenewAck(true))))
                .isEqualTo(ErrorCode.INVALID_RECORD_STATE.kafkaCode());
    }

    @Test
    void whoRenewsFetchesNothing() {
        fetch(0);
        assertThat(fetch(client, samples.fetch(1).setIsRenewAck(true)).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.kafkaCode());
    }

    @Test
    void wrongEpochsAreRefused() {
        assertThat(fetch(1).errorCode()).isEqualTo(ErrorCode.SHARE_SESSION_NOT_FOUND.kafkaCode());
        fetch(0);
        assertThat(fetch(7).errorCode()).isEqualTo(ErrorCode.INVALID_SHARE_SESSION_EPOCH.kafkaCode());
        assertThat(acknowledge(samples.acknowledge(0, 0, 0, ACCEPT)).errorCode())
                .isEqualTo(ErrorCode.INVALID_SHARE_SESSION_EPOCH.kafkaCode());
    }

    @Test
    void theFinalEpochAcknowledgesAndGivesTheRestBack() {
        append("a", "b");
        fetch(0);
        assertThat(errorOf(acknowledge(samples.acknowledge(-1, 0, 0, ACCEPT)))).isZero();
        assertThat(acquired(fetch(0))).containsExactly("1-1 x2");
    }

    @Test
    void aLostConnectionGivesBackWhatItsMemberHolds() {
        append("a");
        WireClient lost = newClient();
        assertThat(acquired(fetch(lost, samples.fetch(0)))).containsExactly("0-0 x1");
        ShareFetchRequestData waiting = samples.fetch(0).setMemberId("another").setMaxWaitMs(60_000);
        int correlation = client.send(KafkaApi.SHARE_FETCH, 2, waiting);
        lost.close();
        var answer = (ShareFetchResponseData) client.receive(KafkaApi.SHARE_FETCH, 2, correlation);
        assertThat(acquired(answer)).containsExactly("0-0 x2");
    }

    @Test
    void aMemberThatLeavesGivesBackWhatItHolds() {
        append("a");
        assertThat(acquired(fetch(0))).containsExactly("0-0 x1");
        ShareFetchRequestData waiting = samples.fetch(0).setMemberId("another").setMaxWaitMs(60_000);
        WireClient another = newClient();
        int correlation = another.send(KafkaApi.SHARE_FETCH, 2, waiting);
        client.ask(KafkaApi.SHARE_GROUP_HEARTBEAT, 1, samples.heartbeat(-1), ApiMessage.class);
        var answer = (ShareFetchResponseData) another.receive(KafkaApi.SHARE_FETCH, 2, correlation);
        assertThat(acquired(answer)).containsExactly("0-0 x2");
    }

    @Test
    void aLowerLimitOfDeliveriesHoldsForWhatIsOutAlready() {
        append("a", "b");
        fetch(0);
        assertThat(errorOf(acknowledge(samples.acknowledge(1, 0, 1, RELEASE)))).isZero();
        assertThat(acquired(fetch(2))).containsExactly("0-1 x2");
        set("share.delivery.count.limit", "2");
        assertThat(errorOf(acknowledge(samples.acknowledge(SMALL, 0, 1, RELEASE))))
                .isZero();
        assertThat(acquired(fetch(SMALL + 1))).isEmpty();
    }

    @Test
    void aGroupWhoseOffsetsAreDeletedBeginsAnew() {
        append("a");
        fetch(0);
        assertThat(errorOf(acknowledge(samples.acknowledge(1, 0, 0, ACCEPT)))).isZero();
        client.ask(KafkaApi.SHARE_GROUP_HEARTBEAT, 1, samples.heartbeat(-1), ApiMessage.class);
        ApiMessage deletion = samples.request(KafkaApi.DELETE_SHARE_GROUP_OFFSETS);
        assertThat(client.ask(KafkaApi.DELETE_SHARE_GROUP_OFFSETS, 0, deletion, ApiMessage.class)
                        .toString())
                .contains("errorCode=0");
        set("share.auto.offset.reset", "earliest");
        assertThat(acquired(fetch(0))).containsExactly("0-0 x1");
    }

    @Test
    void oneRecordOfALargeBatchComesWithoutTheOthers() {
        String[] values = new String[100];
        Arrays.setAll(values, number -> "x".repeat(100) + number);
        append(values);
        assertThat(acquired(fetch(client, samples.fetch(0).setMaxRecords(1).setShareAcquireMode((byte) 1))))
                .containsExactly("0-0 x1");
        ShareFetchResponseData second =
                fetch(client, samples.fetch(1).setMaxRecords(1).setShareAcquireMode((byte) 1));
        assertThat(acquired(second)).containsExactly("1-1 x1");
        assertThat(Batches.read(partition(second).records())).containsExactly("1:" + values[1]);
        assertThat(acquired(fetch(2))).containsExactly("2-99 x1");
    }

    @Test
    void whateverIsHandedOutComesWithItsBytesUntilNothingIsLeft() {
        Random random = new Random(7);
        int produced = 0;
        for (int batch = 0; batch < 20; batch++) {
            String[] values = new String[1 + random.nextInt(60)];
            for (int i = 0; i < values.length; i++) {
                values[i] = LONG_TEXT + produced;
                produced++;
            }
            append(values);
        }
        int open = produced;
        int epoch = 0;
        for (int round = 0; round < 2_000 && open > 0; round++) {
            byte mode = (byte) random.nextInt(2);
            ShareFetchResponseData answer = fetch(
                    client,
                    samples.fetch(epoch++).setMaxRecords(1 + random.nextInt(80)).setShareAcquireMode(mode));
            assertThat(answer.errorCode()).isZero();
            if (!answer.responses().isEmpty()) {
                for (AcquiredRecords run : partition(answer).acquiredRecords()) {
                    open -= settleAtRandom(run, Batches.read(partition(answer).records()), epoch++, random);
                }
            }
        }
        assertThat(open).isZero();
        assertThat(acquired(fetch(epoch))).isEmpty();
    }

    /** Accepts most of it, releases the rest, and answers how many it accepted. */
    private int settleAtRandom(AcquiredRecords run, List<String> read, int epoch, Random random) {
        byte[] types = new byte[(int) (run.lastOffset() - run.firstOffset() + 1)];
        int accepted = 0;
        for (int i = 0; i < types.length; i++) {
            long offset = run.firstOffset() + i;
            assertThat(read).contains(offset + ":" + LONG_TEXT + offset);
            types[i] = random.nextInt(3) == 0 && run.deliveryCount() < SMALL ? RELEASE : ACCEPT;
            accepted += types[i] == ACCEPT ? 1 : 0;
        }
        var request = samples.acknowledge(epoch, run.firstOffset(), run.lastOffset(), types);
        assertThat(errorOf(acknowledge(request))).isZero();
        return accepted;
    }

    @Test
    void offsetsAreChangedOnlyWhileNobodyIsInTheGroup() {
        append("a");
        assertThat(client.ask(KafkaApi.ALTER_SHARE_GROUP_OFFSETS, 0, offsets(), ApiMessage.class)
                        .toString())
                .contains("errorCode=" + ErrorCode.NON_EMPTY_GROUP.kafkaCode());
        client.ask(KafkaApi.SHARE_GROUP_HEARTBEAT, 1, samples.heartbeat(-1), ApiMessage.class);
        assertThat(client.ask(KafkaApi.ALTER_SHARE_GROUP_OFFSETS, 0, offsets(), ApiMessage.class)
                        .toString())
                .contains("partitionIndex=0, errorCode=0");
    }

    private ApiMessage offsets() {
        return samples.request(KafkaApi.ALTER_SHARE_GROUP_OFFSETS);
    }
}
