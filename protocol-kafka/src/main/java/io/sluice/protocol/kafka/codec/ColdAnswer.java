package io.sluice.protocol.kafka.codec;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.jspecify.annotations.Nullable;

/** An answer ready to be written once. Used by one thread. */
public final class ColdAnswer {
    private final ApiMessage message;
    private final short version;
    private final ObjectSerializationCache cache = new ObjectSerializationCache();
    private final int sizeBytes;
    private final @Nullable Throwable failure;

    private ColdAnswer(ApiMessage message, short version, @Nullable Throwable failure) {
        this.message = message;
        this.version = version;
        this.failure = failure;
        sizeBytes = message.size(cache, version);
    }

    /** Of a message in one version. */
    public static ColdAnswer of(ApiMessage message, short version) {
        return new ColdAnswer(message, version, null);
    }

    /** The same, which tells the client of a failure that nobody expected. */
    static ColdAnswer failed(ApiMessage message, short version, Throwable failure) {
        return new ColdAnswer(message, version, failure);
    }

    /** What nobody expected and the message tells of; to be logged. Null if it is an answer like any other. */
    public @Nullable Throwable failure() {
        return failure;
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
