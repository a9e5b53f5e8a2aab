package io.sluice.protocol.redis.command;

/** Redis' patterns: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]} and {@code \} before what is meant as it is. Any thread. */
final class Glob {
    private final byte[] pattern;

    Glob(byte[] pattern) {
        this.pattern = pattern;
    }

    /** Whether the whole text fits. Takes pattern times text steps at most: only the last star is ever tried again. */
    boolean matches(byte[] text) {
        int at = 0;
        int in = 0;
        int starAt = -1;
        int starIn = 0;
        while (in < text.length) {
            int after = at < pattern.length && pattern[at] != '*' ? matchOne(at, text[in]) : -1;
            if (at < pattern.length && pattern[at] == '*') {
                starAt = at++;
                starIn = in;
            } else if (after >= 0) {
                at = after;
                in++;
            } else if (starAt >= 0) {
                at = starAt + 1;
                in = ++starIn;
            } else {
                return false;
            }
        }
        while (at < pattern.length && pattern[at] == '*') {
            at++;
        }
        return at == pattern.length;
    }

    /** Where the pattern goes on behind one character that fits; −1 if it does not. */
    private int matchOne(int at, byte character) {
        byte wanted = pattern[at];
        if (wanted == '?') {
            return at + 1;
        }
        if (wanted == '[') {
            return matchClass(at, character & 0xFF);
        }
        if (wanted == '\\' && at + 1 < pattern.length) {
            return pattern[at + 1] == character ? at + 2 : -1;
        }
        return wanted == character ? at + 1 : -1;
    }

    private int matchClass(int start, int character) {
        int at = start + 1;
        boolean isNegated = at < pattern.length && pattern[at] == '^';
        if (isNegated) {
            at++;
        }
        boolean isIn = false;
        while (at < pattern.length && pattern[at] != ']') {
            if (pattern[at] == '\\' && at + 1 < pattern.length) {
                at++;
                isIn |= (pattern[at] & 0xFF) == character;
            } else if (at + 2 < pattern.length && pattern[at + 1] == '-') {
                int one = pattern[at] & 0xFF;
                int other = pattern[at + 2] & 0xFF;
                isIn |= character >= Math.min(one, other) && character <= Math.max(one, other);
                at += 2;
            } else {
                isIn |= (pattern[at] & 0xFF) == character;
            }
            at++;
        }
        return isIn == isNegated ? -1 : Math.min(at + 1, pattern.length);
    }
}
