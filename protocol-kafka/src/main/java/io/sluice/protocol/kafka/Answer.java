package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;

/**
 * The place of one answer in its connection's queue: requests are answered in the order they came, whatever finishes
 * first. Owner: the connection's event loop.
 */
final class Answer {
    private final AnswerQueue queue;
    private final KafkaApi api;
    private final long takenNs;
    private List<ByteBuf> parts = List.of();
    private Runnable whenSent = () -> {};
    private Runnable whenFirst = () -> {};
    private boolean isDone;

    Answer(AnswerQueue queue, KafkaApi api, long takenNs) {
        this.queue = queue;
        this.api = api;
        this.takenNs = takenNs;
    }

    /** What was asked. */
    KafkaApi api() {
        return api;
    }

    /** When it was asked, by the listener's clock. */
    long takenNs() {
        return takenNs;
    }

    /** The answer with its length and header in one buffer, which this now owns. */
    void complete(ByteBuf whole) {
        complete(List.of(whole), whenSent);
    }

    /** The answer in several buffers, which this now owns; {@code whenSent} runs once they are sent or dropped. */
    void complete(List<ByteBuf> newParts, Runnable newWhenSent) {
        parts = newParts;
        whenSent = newWhenSent;
        isDone = true;
        queue.completed(this);
    }

    /** Whether it is the next to be sent. */
    boolean isFirst() {
        return queue.isFirst(this);
    }

    /** Runs the task when it is the next to be sent and not done. */
    void whenFirst(Runnable task) {
        whenFirst = task;
    }

    void becameFirst() {
        whenFirst.run();
    }

    boolean isDone() {
        return isDone;
    }

    List<ByteBuf> parts() {
        return parts;
    }

    Runnable whenSent() {
        return whenSent;
    }

    long lengthBytes() {
        return lengthBytes(parts);
    }

    /** Bytes of buffers that are one answer. */
    static long lengthBytes(List<ByteBuf> parts) {
        long length = 0;
        for (ByteBuf part : parts) {
            length += part.readableBytes();
        }
        return length;
    }

    void drop() {
        for (ByteBuf part : parts) {
            part.release();
        }
        parts = List.of();
        whenSent.run();
    }
}
