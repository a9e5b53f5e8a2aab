package io.sluice.broker.api;

import io.sluice.broker.api.AccessRule.Pattern;
import io.sluice.broker.api.AccessRule.Permission;
import java.util.Optional;

/**
 * Which rules are meant; what is empty is not looked at. Semantics of Kafka's {@code AclBindingFilter} (KIP-290).
 *
 * @param type kind of resource
 * @param resource name in the sense of {@code names}
 * @param names how {@code resource} is compared
 * @param principal exactly as rules name it
 * @param host exactly as rules name it
 * @param operation exactly, ALL does not stand for others
 * @param permission allowed or denied
 */
public record AccessRuleFilter(
        Optional<ResourceType> type,
        Optional<String> resource,
        Names names,
        Optional<Principal> principal,
        Optional<String> host,
        Optional<Operation> operation,
        Optional<Permission> permission) {
    /** Every rule. */
    public static final AccessRuleFilter EVERYTHING = new AccessRuleFilter(
            Optional.empty(),
            Optional.empty(),
            Names.ANY,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** How names are compared. */
    public enum Names {
        /** Rules of any pattern with exactly this text. */
        ANY,
        /** Rules that apply to a resource of this name. */
        MATCH,
        /** Literal rules with exactly this text. */
        LITERAL,
        /** Prefixed rules with exactly this text. */
        PREFIXED
    }

    /** Whether the rule is meant. */
    public boolean matches(AccessRule rule) {
        return isOrAny(type, rule.type())
                && matchesName(rule)
                && isOrAny(principal, rule.principal())
                && isOrAny(host, rule.host())
                && isOrAny(operation, rule.operation())
                && isOrAny(permission, rule.permission());
    }

    private static <T> boolean isOrAny(Optional<T> wanted, T actual) {
        return wanted.isEmpty() || wanted.get().equals(actual);
    }

    private boolean matchesName(AccessRule rule) {
        boolean isPattern = switch (names) {
            case ANY, MATCH -> true;
            case LITERAL -> rule.pattern() == Pattern.LITERAL;
            case PREFIXED -> rule.pattern() == Pattern.PREFIXED;
        };
        if (!isPattern || resource.isEmpty()) {
            return isPattern;
        }
        String name = resource.get();
        if (names != Names.MATCH) {
            return name.equals(rule.resource());
        }
        return switch (rule.pattern()) {
            case LITERAL -> rule.isForAll() || name.equals(rule.resource());
            case PREFIXED -> name.startsWith(rule.resource());
        };
    }
}
