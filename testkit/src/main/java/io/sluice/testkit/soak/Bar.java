package io.sluice.testkit.soak;

import java.util.Locale;

/**
 * A figure and what it has to be.
 *
 * @param what the figure in words
 * @param figure what it is
 * @param rule how it is compared with the limit
 * @param limit what it may or must be
 */
public record Bar(String what, double figure, Rule rule, double limit) {
    /** Ways to compare. */
    public enum Rule {
        /** The figure may not be above the limit. */
        AT_MOST,
        /** The figure may not be below the limit. */
        AT_LEAST,
        /** The figure must be the limit. */
        EXACTLY
    }

    /** Whether the figure is as it has to be; one that is no number is not. */
    public boolean isHeld() {
        return switch (rule) {
            case AT_MOST -> figure <= limit;
            case AT_LEAST -> figure >= limit;
            case EXACTLY -> figure == limit;
        };
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-6s %-58s %,10.1f   %s %,.0f",
                isHeld() ? "ok" : "MISSED",
                what,
                figure,
                rule.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                limit);
    }
}
