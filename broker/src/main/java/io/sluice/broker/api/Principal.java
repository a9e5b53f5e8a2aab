package io.sluice.broker.api;

import java.util.Optional;

/**
 * Who somebody is, in every protocol. Written {@code User:alice}, as Kafka writes it.
 *
 * @param type {@code User} for whoever logs in; rules may name other types, which nobody has
 * @param name case-sensitive; {@code *} in a rule means everybody
 */
public record Principal(String type, String name) {
    /** The type of whoever logs in. */
    public static final String USER = "User";

    /** Who did not say who they are: {@code User:ANONYMOUS}, as in Kafka. */
    public static final Principal ANONYMOUS = user("ANONYMOUS");

    /** Everybody, in rules: {@code User:*}. */
    public static final Principal EVERYBODY = user("*");

    /** A user of that name. */
    public static Principal user(String name) {
        return new Principal(USER, name);
    }

    /** Reads {@code TYPE:NAME}; empty if it is not of that form. */
    public static Optional<Principal> parse(String text) {
        int colon = text.indexOf(':');
        boolean isWhole = colon > 0 && colon < text.length() - 1;
        return isWhole
                ? Optional.of(new Principal(text.substring(0, colon), text.substring(colon + 1)))
                : Optional.empty();
    }

    /** {@code TYPE:NAME}. */
    @Override
    public String toString() {
        return type + ":" + name;
    }
}
