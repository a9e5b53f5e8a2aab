package io.sluice.protocol.kafka.codec;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** An answer ready to be written once. Used by one thread. */
public final class ColdAnswer {
    private final ApiMessage message;
    private final short version;
    private final ObjectSerializationCache cache = new ObjectSerializationCache();
    private final int sizeBytes;

    private ColdAnswer(ApiMessage message, short version) {
        this.message = message;
        this.version = version;
        sizeBytes = message.size(cache, version);
    }

    /** Of a message in one version. */
    public static ColdAnswer of(ApiMessage message, short version) {
        return new ColdAnswer(message, version);
    }

    /** Bytes it takes, without header. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** Writes it at the position, with the time for which its client is throttled if the version can tell. */
    public void writeTo(ByteBuffer buffer, KafkaApi api, int throttleMs) {
        int start = buffer.position();
        if (message instanceof ApiVersionsResponseData versions) {
            versions.setThrottleTimeMs(throttleMs);
        }
        message.write(new ByteBufferAccessor(buffer), cache, version);
        int place = ThrottlePlace.of(api, version);
        if (throttleMs > 0 && place != ThrottlePlace.NONE) {
            buffer.putInt(start + place, throttleMs);
        }
    }
}
