package io.sluice.protocol.kafka.codec;

import io.sluice.common.HeldBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.jspecify.annotations.Nullable;

/** An answer ready to be written once. Used by one thread. */
public final class ColdAnswer {
    private final ApiMessage message;
    private final short version;
    private final ObjectSerializationCache cache = new ObjectSerializationCache();
    private final int sizeBytes;
    private final List<RecordParts> records;
    private final @Nullable Throwable failure;

    /**
     * Records that lie elsewhere and belong behind some bytes of the answer.
     *
     * @param position of the bytes that are written, the first one that comes behind
     * @param part what comes before it
     */
    public record Insertion(int position, HeldBytes part) {}

    private ColdAnswer(ApiMessage message, short version, @Nullable Throwable failure) {
        this.message = message;
        this.version = version;
        this.failure = failure;
        sizeBytes = message.size(cache, version);
        records = message instanceof ShareFetchResponseData fetched ? records(fetched) : List.of();
    }

    private static List<RecordParts> records(ShareFetchResponseData fetched) {
        List<RecordParts> records = new ArrayList<>();
        fetched.responses()
                .forEach(topic -> topic.partitions().forEach(partition -> {
                    if (partition.records() instanceof RecordParts parts) {
                        records.add(parts);
                    }
                }));
        return records;
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

    /** Of these, what is written. */
    public int writtenBytes() {
        return sizeBytes - records.stream().mapToInt(RecordParts::sharedBytes).sum();
    }

    /**
     * Writes it at the position, with the time for which its client is throttled if the version can tell. Answers what is
     * not written and must be sent in between, in order.
     */
    public List<Insertion> writeTo(ByteBuffer buffer, KafkaApi api, int throttleMs) {
        int start = buffer.position();
        if (message instanceof ApiVersionsResponseData versions) {
            versions.setThrottleTimeMs(throttleMs);
        }
        AnswerBuffer answer = new AnswerBuffer(buffer);
        message.write(answer, cache, version);
        int place = ThrottlePlace.of(api, version);
        if (throttleMs > 0 && place != ThrottlePlace.NONE) {
            buffer.putInt(start + place, throttleMs);
        }
        return answer.insertions;
    }

    /** Lets go of the records' memory; once, when it was written and whoever sends it has references of its own, or never will be. */
    public void release() {
        records.forEach(RecordParts::release);
    }

    private static final class AnswerBuffer extends ByteBufferAccessor {
        private final ByteBuffer target;
        private final List<Insertion> insertions = new ArrayList<>();

        AnswerBuffer(ByteBuffer target) {
            super(target);
            this.target = target;
        }

        @Override
        public void writeRecords(BaseRecords records) {
            if (!(records instanceof RecordParts several)) {
                super.writeRecords(records);
                return;
            }
            for (HeldBytes part : several.parts()) {
                if (part.owner() == null) {
                    writeByteBuffer(part.bytes());
                } else {
                    insertions.add(new Insertion(target.position(), part));
                }
            }
        }
    }
}
