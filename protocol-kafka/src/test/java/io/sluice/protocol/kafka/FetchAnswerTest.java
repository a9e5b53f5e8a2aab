package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FetchAnswerTest {
    private static final short VERSION = 11;
    private static final int PARTITION_COUNT = 500;
    private static final int LARGE = 250;

    private final FakeBroker broker = new FakeBroker();
    private final FakeTopics.FakeTopic topic = broker.topics().add("many", PARTITION_COUNT);
    private final List<FetchTarget> targets = new ArrayList<>();

    @AfterEach
    void stop() {
        assertThat(broker.outstandingBytes()).isZero();
        broker.close();
    }

    @Test
    void manySmallPartitionsLeaveInOneBuffer() throws InterruptedException {
        fill("x".repeat(20));

        List<ByteBuf> parts = encode();

        assertThat(parts).hasSize(1);
        assertReadable(parts, "x".repeat(20));
    }

    @Test
    void onlyLargeRecordsHaveABufferOfTheirOwn() throws InterruptedException {
        fill("x".repeat(100_000));

        List<ByteBuf> parts = encode();

        // Headers, small records and 16 bytes of the batch; the rest of it as it lies in the log; and what follows.
        assertThat(parts).hasSize(3);
        assertReadable(parts, "x".repeat(100_000));
    }

    private void fill(String largeValue) throws InterruptedException {
        CountDownLatch appended = new CountDownLatch(PARTITION_COUNT);
        for (int index = 0; index < PARTITION_COUNT; index++) {
            ByteBuffer batch = Batches.of(index == LARGE ? largeValue : "small");
            topic.partition(index).append(batch, Runnable::run, (error, base, start) -> appended.countDown());
            FetchTarget target = FetchTarget.byName("many", index);
            target.bytesMax = 1 << 20;
            targets.add(target);
        }
        appended.await();
    }

    private List<ByteBuf> encode() {
        FetchRequest request = new FetchRequest(VERSION, 0, 1, 10 << 20, false, 0, -1, targets, List.of(), "");
        targets.forEach(target -> target.check(broker, request));
        FetchRead read = new FetchRead(targets, 10 << 20, UnpooledByteBufAllocator.DEFAULT);
        assertThat(read.readMemory()).isTrue();
        RequestHeader header = new RequestHeader(KafkaApi.FETCH, VERSION, 1, 0, 0);
        return new FetchAnswer(header, request, ErrorCode.NONE, 0, 0)
                .encode(targets, read, UnpooledByteBufAllocator.DEFAULT);
    }

    private static void assertReadable(List<ByteBuf> parts, String largeValue) {
        ByteBuffer whole = ByteBuffer.allocate(
                parts.stream().mapToInt(ByteBuf::readableBytes).sum());
        for (ByteBuf part : parts) {
            whole.put(part.nioBuffer());
        }
        parts.forEach(ByteBuf::release);
        assertThat(parts).allMatch(part -> part.refCnt() == 0);
        whole.flip();
        assertThat(whole.getInt()).isEqualTo(whole.remaining());
        whole.getInt();
        FetchResponseData answer = new FetchResponseData(new ByteBufferAccessor(whole), VERSION);
        List<FetchResponseData.PartitionData> partitions =
                answer.responses().getFirst().partitions();
        assertThat(partitions).hasSize(PARTITION_COUNT);
        assertThat(Batches.read(partitions.get(LARGE).records())).containsExactly("0:" + largeValue);
        assertThat(Batches.read(partitions.getLast().records())).containsExactly("0:small");
    }
}
