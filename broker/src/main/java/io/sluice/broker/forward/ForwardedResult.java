package io.sluice.broker.forward;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** A {@link Result} on its way between nodes: error 4, Kafka's code; then the sentence if it failed, else what it holds. */
public final class ForwardedResult {
    private ForwardedResult() {}

    /** Writes it. */
    public static <T> void write(ByteWriter out, Result<T> result, BiConsumer<ByteWriter, T> content) {
        out.putInt(result.error().kafkaCode());
        if (result.isOk()) {
            content.accept(out, result.get());
        } else {
            out.putText(result.message());
        }
    }

    /** Reads it. */
    public static <T> Result<T> read(ByteReader in, Function<ByteReader, T> content) {
        ErrorCode error = error(in.getInt());
        return error == ErrorCode.NONE ? Result.of(content.apply(in)) : Result.failed(error, in.getText());
    }

    /** Tells the node that sent a command how it ended. */
    public static <T> Consumer<Result<T>> telling(CommandReader.Outcome outcome, BiConsumer<ByteWriter, T> content) {
        return result -> {
            if (result.error() == ErrorCode.NOT_COORDINATOR) {
                outcome.refused(result.error());
            } else {
                outcome.decided(out -> write(out, result, content));
            }
        };
    }

    /** What a caller is told: who decides is not its business, and it may ask any node again. */
    public static <T> Result<T> told(Result<T> result) {
        return switch (result.error()) {
            case NOT_COORDINATOR -> Result.failed(ErrorCode.NOT_CONTROLLER);
            case NOT_LEADER_OR_FOLLOWER ->
                Result.failed(ErrorCode.NOT_CONTROLLER, "the node that decides changed; the change may still happen");
            default -> result;
        };
    }

    /** Writes a 4-byte number of things and the things. */
    public static <T> void writeAll(ByteWriter out, List<T> things, BiConsumer<ByteWriter, T> content) {
        out.putInt(things.size());
        things.forEach(thing -> content.accept(out, thing));
    }

    /** Reads things of at least one byte each. */
    public static <T> List<T> readAll(ByteReader in, Function<ByteReader, T> content) {
        List<T> things = new ArrayList<>();
        for (int left = in.getCount(1); left > 0; left--) {
            things.add(content.apply(in));
        }
        return things;
    }

    /** The error of Kafka's code; UNKNOWN_SERVER_ERROR for one that only another release knows. */
    public static ErrorCode error(int kafkaCode) {
        for (ErrorCode error : ErrorCode.values()) {
            if (error.kafkaCode() == kafkaCode) {
                return error;
            }
        }
        return ErrorCode.UNKNOWN_SERVER_ERROR;
    }
}
