package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.forward.ForwardedCommand;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import java.util.function.Consumer;

/** A command about the metadata whose outcome somebody waits for, be it that it is not decided or does not commit. */
abstract class MetadataCommand<T> implements ForwardedCommand<MetadataState> {
    private final Consumer<Result<T>> answer;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    MetadataCommand(Consumer<Result<T>> answer) {
        this.answer = answer;
    }

    @Override
    public final void decide(MetadataState state, Decision decision, long nowMs) {
        Result<T> result = decide(state, decision);
        decision.afterCommit(() -> answer.accept(result), error -> answer.accept(Result.failed(error)));
    }

    /** Looks, emits events, and says what is answered once they are durable. */
    abstract Result<T> decide(MetadataState state, Decision decision);

    /** Reads what {@link MetadataCodec} wrote of an answer. */
    abstract T readAnswer(ByteReader in);

    @Override
    public final void answered(MetadataState state, ByteReader in) {
        answer.accept(ForwardedResult.read(in, this::readAnswer));
    }

    @Override
    public final void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
