package io.sluice.broker.api;

import java.util.Comparator;

/**
 * One rule: who may, or may not, do what to what, from where. Semantics of Kafka's ACLs (KIP-11, KIP-290): a denying rule
 * wins over every allowing one.
 *
 * @param type what kind of resource
 * @param pattern how {@code resource} is read
 * @param resource name, or beginning of names; literal {@code *} is every resource of the type
 * @param principal who; {@link Principal#EVERYBODY} for all
 * @param host address without port, {@code *} for everywhere
 * @param operation what
 * @param permission whether it is allowed or denied
 */
public record AccessRule(
        ResourceType type,
        Pattern pattern,
        String resource,
        Principal principal,
        String host,
        Operation operation,
        Permission permission)
        implements Comparable<AccessRule> {
    /** Any name, any host. */
    public static final String ANY = "*";

    private static final Comparator<AccessRule> ORDER = Comparator.comparing(AccessRule::type)
            .thenComparing(AccessRule::resource)
            .thenComparing(AccessRule::pattern)
            .thenComparing(rule -> rule.principal().type())
            .thenComparing(rule -> rule.principal().name())
            .thenComparing(AccessRule::host)
            .thenComparing(AccessRule::operation)
            .thenComparing(AccessRule::permission);

    /** How a rule names resources. */
    public enum Pattern {
        /** Exactly this name, or all if it is {@code *}. */
        LITERAL(3),
        /** Every name that begins so. */
        PREFIXED(4);

        private final byte code;

        Pattern(int code) {
            this.code = (byte) code;
        }

        /** Number in Kafka's protocol. */
        public byte code() {
            return code;
        }
    }

    /** What a rule says. */
    public enum Permission {
        DENY(2),
        ALLOW(3);

        private final byte code;

        Permission(int code) {
            this.code = (byte) code;
        }

        /** Number in Kafka's protocol. */
        public byte code() {
            return code;
        }
    }

    /** Whether the rule speaks of everything of its type. */
    public boolean isForAll() {
        return pattern == Pattern.LITERAL && resource.equals(ANY);
    }

    /** By resource first, so that what belongs together stands together. */
    @Override
    public int compareTo(AccessRule other) {
        return ORDER.compare(this, other);
    }
}
