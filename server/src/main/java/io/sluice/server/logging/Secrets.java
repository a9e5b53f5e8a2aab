package io.sluice.server.logging;

import java.util.regex.Pattern;

/**
 * The last guard against secrets in the log: nothing of ours logs one, but exceptions of libraries quote what they were
 * given. Any thread.
 */
final class Secrets {
    private static final String SHOWN = "$1$2***";

    /** A word that names a secret, a separator, and the value up to where it ends; what follows "basic" or "bearer" too. */
    private static final Pattern NAMED = Pattern.compile(
            "(?i)((?:password|passwd|passphrase|secret|token|credential[s]?|private[._-]?key|api[._-]?key|authorization"
                    + "|salted[._-]?password|stored[._-]?key|server[._-]?key))"
                    + "(\"?\\s*[=:]\\s*\"?(?:basic |bearer )?)[^\\s,;\"'}\\])&]+");

    private static final Pattern MARKS =
            Pattern.compile("(?i)passw|passphrase|secret|token|credential|key|authorization");

    private Secrets() {}

    /** The text with the values of named secrets replaced. */
    static String hidden(String text) {
        return MARKS.matcher(text).find() ? NAMED.matcher(text).replaceAll(SHOWN) : text;
    }
}
