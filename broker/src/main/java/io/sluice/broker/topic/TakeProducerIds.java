package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.topic.MetadataEvent.ProducerIdsTaken;
import io.sluice.replication.runtime.Decision;
import java.util.function.Consumer;

/** Gives the next block of producer ids away; answers its first. */
final class TakeProducerIds extends MetadataCommand<Long> {
    private final int count;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    TakeProducerIds(int count, Consumer<Result<Long>> answer) {
        super(answer);
        this.count = count;
    }

    @Override
    public int kind() {
        return CommandKinds.TAKE_PRODUCER_IDS;
    }

    @Override
    public void write(ByteWriter out) {
        out.putInt(count);
    }

    @Override
    Long readAnswer(ByteReader in) {
        return in.getLong();
    }

    @Override
    Result<Long> decide(MetadataState state, Decision decision) {
        long first = state.nextProducerId();
        state.emit(decision, new ProducerIdsTaken(count));
        return Result.of(first);
    }
}
