package io.sluice.testkit.apifuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.apifuzz.FuzzRequest.Kind;
import io.sluice.testkit.apifuzz.Learned.Membership;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;

final class AnswerCheckTest {
    private static final short VERSION = 9;

    private final Learned learned = new Learned();
    private final AnswerCheck check = new AnswerCheck(learned);

    @Test
    void anAnswerInTheFormOfItsVersionIsGood() {
        assertThat(check.complaint(metadata(), answer(1, topic("fuzz-z", 3), 0)))
                .isEmpty();
    }

    @Test
    void anUnexpectedFailureIsNoticedHoweverDeepItStands() {
        assertThat(check.complaint(metadata(), answer(1, topic("fuzz-z", -1), 0)))
                .hasValueSatisfying(text -> assertThat(text).contains("UNKNOWN_SERVER_ERROR"));
        assertThat(check.complaint(metadata(), answer(1, topic("fuzz-z", 9_999), 0)))
                .hasValueSatisfying(text -> assertThat(text).contains("9999"));
    }

    @Test
    void theAnswerToAnotherRequestIsNoticed() {
        assertThat(check.complaint(metadata(), answer(2, topic("fuzz-z", 0), 0)))
                .hasValueSatisfying(text -> assertThat(text).contains("request 2"));
    }

    @Test
    void tooManyAndTooFewBytesAreNoticed() {
        assertThat(check.complaint(metadata(), answer(1, topic("fuzz-z", 0), 1)))
                .hasValueSatisfying(text -> assertThat(text).contains("1 bytes too many"));
        assertThat(check.complaint(metadata(), answer(1, topic("fuzz-z", 0), -1)))
                .hasValueSatisfying(text -> assertThat(text).contains("cannot be read"));
    }

    @Test
    void namesAndMembersAreLearnedButNotThoseOfHonestClients() {
        check.complaint(metadata(), answer(1, topic(FuzzNames.HONEST, 0), 0));
        assertThat(learned.any(Meaning.TOPIC.name(), String.class, new SplittableRandom(1)))
                .isEmpty();

        check.complaint(metadata(), answer(1, topic("fuzz-z", 0), 0));
        assertThat(learned.any(Meaning.TOPIC.name(), String.class, new SplittableRandom(1)))
                .contains("fuzz-z");

        FuzzRequest join = new FuzzRequest(
                ApiMessageType.JOIN_GROUP, VERSION, Kind.WELL_FORMED, 1, new byte[0], Map.of("group_id", "g"));
        JoinGroupResponseData joined =
                new JoinGroupResponseData().setMemberId("m").setGenerationId(4);
        assertThat(check.complaint(join, answer(1, joined, 0))).isEmpty();
        assertThat(learned.any("membership", Membership.class, new SplittableRandom(1)))
                .contains(new Membership("g", "m", 4));
    }

    @Test
    void aStackTraceOrAnErrorInTheLogIsAComplaintAndARefusalIsNone() {
        BrokerLog log = new BrokerLog();
        log.line("2026-11-21T12:00:00.000Z WARN  [io-1] KafkaListener: closing connection client=/127.0.0.1 reason=x");
        assertThat(log.complaint()).isEmpty();
        assertThat(log.refusals()).isEqualTo(1);

        log.line("2026-11-21T12:00:00.000Z ERROR [io-1] KafkaConnection: request failed client=/127.0.0.1 request=x");
        assertThat(log.complaint()).isPresent();
    }

    private static FuzzRequest metadata() {
        return new FuzzRequest(ApiMessageType.METADATA, VERSION, Kind.WELL_FORMED, 1, new byte[0], Map.of());
    }

    private static MetadataResponseData topic(String name, int error) {
        MetadataResponseData answer = new MetadataResponseData();
        answer.topics()
                .add(new MetadataResponseTopic()
                        .setName(name)
                        .setErrorCode((short) error)
                        .setPartitions(List.of()));
        return answer;
    }

    /** With a header of version 1; {@code more} bytes behind it, or fewer. */
    private static ByteBuffer answer(int correlationId, ApiMessage message, int more) {
        ByteBuffer body = MessageUtil.toByteBufferAccessor(message, VERSION).buffer();
        int bodyBytes = body.remaining();
        ByteBuffer answer = ByteBuffer.allocate(5 + bodyBytes + Math.max(0, more));
        answer.putInt(correlationId).put((byte) 0).put(body);
        return answer.position(0).limit(5 + bodyBytes + more);
    }
}
