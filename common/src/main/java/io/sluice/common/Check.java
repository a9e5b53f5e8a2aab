package io.sluice.common;

import com.google.errorprone.annotations.FormatMethod;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Invariants that are always on. A failed check is a bug or damaged data, never a caller's mistake. */
public final class Check {
    private Check() {}

    /** Throws {@link BrokenInvariantException} unless {@code condition} holds; {@code format} as in {@link String#format}. */
    @FormatMethod
    @Contract("false, _, _ -> fail")
    public static void check(boolean condition, String format, @Nullable Object... arguments) {
        if (!condition) {
            throw new BrokenInvariantException(String.format(Locale.ROOT, format, arguments));
        }
    }

    /** The same without arguments, so that hot paths build no array. */
    @Contract("false, _ -> fail")
    public static void check(boolean condition, String message) {
        if (!condition) {
            throw new BrokenInvariantException(message);
        }
    }
}
