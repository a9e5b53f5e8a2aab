package io.sluice.protocol.redis.command;

import io.sluice.broker.api.GroupAnswer;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.List;

/** Writes what XREADGROUP brought, by streams. One thread at a time. */
final class HandedTask implements ReadTask {
    private final List<Part> parts;
    private boolean hasBegun;
    private boolean isKeyWritten;
    private int at;

    /**
     * What one stream brought.
     *
     * @param hasDeliveries whether each entry comes with how long and how often it was out
     */
    record Part(GroupAnswer.HandedStream stream, boolean hasDeliveries, HandedReply reply) {
        static Part of(GroupAnswer.HandedStream stream, boolean hasDeliveries) {
            return new Part(stream, hasDeliveries, new HandedReply(stream.view(), stream.entries(), hasDeliveries));
        }
    }

    HandedTask(List<Part> parts) {
        this.parts = parts;
    }

    /** Nothing but an error. */
    static ReadTask error(String text) {
        return (views, mayBlock, out) -> {
            out.error(text);
            return Status.DONE;
        };
    }

    @Override
    public Status step(Views views, boolean mayBlock, ReplyWriter out) {
        if (parts.isEmpty()) {
            out.nilArray();
            return Status.DONE;
        }
        if (!hasBegun) {
            hasBegun = true;
            if (out.isVersion3()) {
                out.map(parts.size());
            } else {
                out.array(parts.size());
            }
        }
        Part part = parts.get(at);
        if (!isKeyWritten) {
            isKeyWritten = true;
            if (!out.isVersion3()) {
                out.array(2);
            }
            out.bulk(part.stream().key().name());
        }
        Status status = part.reply().step(mayBlock, out);
        if (status != Status.DONE) {
            return status;
        }
        at++;
        isKeyWritten = false;
        return at == parts.size() ? Status.DONE : Status.MORE;
    }
}
