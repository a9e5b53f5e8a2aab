package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.sluice.network.ListenerCounters;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Answers of one connection that are not written yet, in the order of their requests. Answers that become ready together
 * leave with one flush: at the end of a read if requests are being read, else when the event loop has run what it was
 * handed. Owner: the connection's event loop.
 */
final class AnswerQueue {
    private final Channel channel;
    private final ListenerCounters counters;
    private final Runnable afterSending;
    private final AnswerStall stall;
    private final ApiCounters apis;
    private final ArrayDeque<Answer> pending = new ArrayDeque<>();
    private long heldBytes;
    private boolean isReading;
    private boolean isFlushDue;
    private boolean isFlushQueued;
    private boolean isClosed;

    /** {@code afterSending} runs after answers left the queue. */
    AnswerQueue(
            Channel channel, ListenerCounters counters, ApiCounters apis, AnswerStall stall, Runnable afterSending) {
        this.channel = channel;
        this.counters = counters;
        this.apis = apis;
        this.stall = stall;
        this.afterSending = afterSending;
    }

    /** The place for the answer of the request that is handled now. */
    Answer add(KafkaApi api, long takenNs) {
        Answer answer = new Answer(this, api, takenNs);
        pending.add(answer);
        return answer;
    }

    boolean isFirst(Answer answer) {
        return pending.peek() == answer;
    }

    int size() {
        return pending.size();
    }

    /** Bytes ready behind an answer that is not. */
    long heldBytes() {
        return heldBytes;
    }

    void completed(Answer answer) {
        if (isClosed) {
            answer.drop();
            return;
        }
        heldBytes += answer.lengthBytes();
        if (pending.peek() == answer) {
            sendReady();
        }
    }

    void readingBegan() {
        isReading = true;
    }

    void readingEnded() {
        isReading = false;
        if (isFlushDue) {
            flush();
        }
    }

    /** Drops what is ready; what becomes ready later is dropped then. */
    void close() {
        isClosed = true;
        for (Answer answer : pending) {
            if (answer.isDone()) {
                answer.drop();
            }
        }
        pending.clear();
    }

    private void sendReady() {
        Answer head = pending.peek();
        while (head != null && head.isDone()) {
            pending.poll();
            send(head);
            head = pending.peek();
        }
        if (head != null) {
            head.becameFirst();
        }
        if (!isReading && !isFlushQueued) {
            isFlushQueued = true;
            channel.eventLoop().execute(this::flush);
        }
        afterSending.run();
    }

    private void send(Answer answer) {
        long lengthBytes = answer.lengthBytes();
        heldBytes -= lengthBytes;
        counters.addBytesOut(lengthBytes);
        apis.answered(answer.api(), answer.takenNs());
        stall.written(lengthBytes);
        List<ByteBuf> parts = answer.parts();
        for (int i = 0; i < parts.size() - 1; i++) {
            channel.write(parts.get(i), channel.voidPromise());
        }
        ChannelPromise sent = channel.newPromise();
        sent.addListener(future -> answer.whenSent().run());
        channel.write(parts.getLast(), sent);
        isFlushDue = true;
    }

    private void flush() {
        isFlushDue = false;
        isFlushQueued = false;
        channel.flush();
        stall.flushed();
    }
}
