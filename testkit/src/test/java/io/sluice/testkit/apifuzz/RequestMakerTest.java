package io.sluice.testkit.apifuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kafka's own classes read what is called well formed to its last byte. */
final class RequestMakerTest {
    private static final int TRIES = 30;

    private final RequestMaker maker = RequestMaker.ofManyClients(new SplittableRandom(42), new Learned());

    @ParameterizedTest
    @EnumSource(ApiMessageType.class)
    void wellFormedRequestsOfEveryVersionCanBeRead(ApiMessageType api) {
        for (short version = api.lowestSupportedVersion(); version <= api.highestSupportedVersion(true); version++) {
            for (int i = 0; i < TRIES; i++) {
                ByteBuffer frame =
                        ByteBuffer.wrap(maker.wellFormed(api, version).frame());
                assertThat(frame.getInt()).isEqualTo(frame.remaining());
                read(api, version, frame);
                assertThat(frame.remaining()).as("%s %d", api, version).isZero();
            }
        }
    }

    @Test
    void malformedRequestsAreMostlyUnreadable() {
        int unreadable = 0;
        for (int i = 0; i < 100; i++) {
            ByteBuffer frame = ByteBuffer.wrap(
                    maker.malformed(ApiMessageType.METADATA, (short) 12).frame());
            frame.getInt();
            unreadable += isReadable(frame) ? 0 : 1;
        }

        assertThat(unreadable).isGreaterThan(50);
    }

    @Test
    void nothingButReadingIsAskedOfTheHonestTopic() {
        Learned learned = new Learned();
        Uuid honestId = new Uuid(1, 2);
        learned.protect(honestId);
        learned.add("topic_id", honestId);
        learned.add(Meaning.TOPIC.name(), FuzzNames.HONEST);
        learned.add(Meaning.USER.name(), FuzzNames.SUPER_USER);

        assertThat(learned.any("topic_id", Uuid.class, new SplittableRandom(1))).isEmpty();
        assertThat(learned.any(Meaning.TOPIC.name(), String.class, new SplittableRandom(1)))
                .isEmpty();
        assertThat(learned.any(Meaning.USER.name(), String.class, new SplittableRandom(1)))
                .isEmpty();
    }

    @Test
    void aSeedDecidesEveryByte() {
        assertThat(frames(7)).isEqualTo(frames(7)).isNotEqualTo(frames(8));
    }

    private static List<ByteBuffer> frames(long seed) {
        RequestMaker seeded = new RequestMaker(new SplittableRandom(seed), new Learned());
        List<ByteBuffer> frames = new ArrayList<>();
        Stream.of(ApiMessageType.PRODUCE, ApiMessageType.JOIN_GROUP, ApiMessageType.CREATE_TOPICS)
                .forEach(api -> frames.add(
                        ByteBuffer.wrap(seeded.wellFormed(api, (short) 5).frame())));
        return frames;
    }

    private static void read(ApiMessageType api, short version, ByteBuffer source) {
        short headerVersion = api.requestHeaderVersion(version);
        RequestHeaderData header = new RequestHeaderData();
        header.read(new ByteBufferAccessor(source), headerVersion);
        assertThat(header.requestApiKey()).isEqualTo(api.apiKey());
        assertThat(header.requestApiVersion()).isEqualTo(version);
        api.newRequest().read(new ByteBufferAccessor(source), version);
    }

    private static boolean isReadable(ByteBuffer frame) {
        try {
            read(ApiMessageType.METADATA, (short) 12, frame);
            return !frame.hasRemaining();
        } catch (RuntimeException e) {
            return false;
        }
    }
}
