package io.sluice.broker.stream;

import io.sluice.broker.api.StreamKey;
import io.sluice.replication.runtime.Decision;
import org.jspecify.annotations.Nullable;

/** Hears of a shard's streams, on its apply thread. */
interface StreamNews {
    /** Nobody hears. */
    StreamNews NOBODY = new StreamNews() {
        @Override
        public void changed(StreamKey key, @Nullable StreamState state) {}

        @Override
        public void replaced() {}

        @Override
        public void leading(long nowMs) {}

        @Override
        public void expired(StreamMachine machine, Decision decision, long nowMs) {}
    };

    /** The key has this stream, none if null; committed. */
    void changed(StreamKey key, @Nullable StreamState state);

    /** All streams are others: those of a checkpoint. */
    void replaced();

    /** This node decides from now on. */
    void leading(long nowMs);

    /** Some expiries are due: whoever hears removes those keys. */
    void expired(StreamMachine machine, Decision decision, long nowMs);
}
