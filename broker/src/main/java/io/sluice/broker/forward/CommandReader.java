package io.sluice.broker.forward;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.ErrorCode;
import java.util.function.Consumer;

/** Takes a command that another node sent, and gives it to the shard. Throws what {@link ByteReader} throws. */
@FunctionalInterface
public interface CommandReader {
    /** How the command ended here. */
    interface Outcome {
        /** It was decided; writes the answer. */
        void decided(Consumer<ByteWriter> answer);

        /** It was not ({@link ErrorCode#NOT_COORDINATOR}), or that is not known. */
        void refused(ErrorCode reason);
    }

    /** Reads and submits; the outcome is told once. */
    void take(ByteReader in, Outcome outcome);
}
