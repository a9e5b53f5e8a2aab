package io.sluice.protocol.kafka.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.MetadataRequestData;
import org.junit.jupiter.api.Test;

final class MeasuredReadableTest {
    private static final int LIMIT_BYTES = 1 << 20;

    @Test
    void anArrayHasNoMoreRoomMadeForItThanMemoryIsLeftFor() {
        MeasuredReadable source = new MeasuredReadable(ByteBuffer.allocate(8 << 20), LIMIT_BYTES);

        assertThat(source.remaining()).isLessThan(LIMIT_BYTES / 10);
        int before = source.remaining();
        source.readArray(LIMIT_BYTES / 2);
        assertThat(source.remaining()).isLessThan(before);
    }

    @Test
    void aLengthThatItsBytesWouldAllowAndMemoryWouldNotIsRefused() {
        ByteBuffer body = ByteBuffer.allocate(8 << 20).putInt(0, 4 << 20);

        assertThatThrownBy(() -> new MetadataRequestData().read(new MeasuredReadable(body, LIMIT_BYTES), (short) 1))
                .hasMessageContaining("Tried to allocate a collection");
    }
}
