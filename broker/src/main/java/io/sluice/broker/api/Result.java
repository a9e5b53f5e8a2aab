package io.sluice.broker.api;

import io.sluice.common.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * An expected outcome: a value, or an error with a sentence for people.
 *
 * @param error NONE if there is a value
 * @param value present if and only if there is no error
 * @param message what went wrong and what to do; empty if nothing did
 */
public record Result<T>(ErrorCode error, @Nullable T value, String message) {
    /** Texts of Kafka's protocol have at most 32,767 bytes; a sentence may name what a client sent, and stand in another. */
    private static final int MESSAGE_CHARS_MAX = 2_000;

    /** A sentence that is too long for people is cut. */
    public Result {
        message = cut(message);
    }

    static String cut(String message) {
        return message.length() > MESSAGE_CHARS_MAX ? message.substring(0, MESSAGE_CHARS_MAX) + "…" : message;
    }

    /** Success. */
    public static <T> Result<T> of(T value) {
        return new Result<>(ErrorCode.NONE, value, "");
    }

    /** Failure with the registry's own sentence. */
    public static <T> Result<T> failed(ErrorCode error) {
        return new Result<>(error, null, error.text());
    }

    /** Failure with a sentence that names the values. */
    public static <T> Result<T> failed(ErrorCode error, String message) {
        return new Result<>(error, null, message);
    }

    /** Whether there is a value. */
    public boolean isOk() {
        return error == ErrorCode.NONE;
    }

    /** The value; throws {@link IllegalStateException} if there is none. */
    public T get() {
        if (value == null) {
            throw new IllegalStateException(error + ": " + message);
        }
        return value;
    }
}
