package io.sluice.protocol.kafka.codec.security;

import io.sluice.broker.api.AccessRule.Pattern;
import io.sluice.broker.api.AccessRule.Permission;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.AccessRuleFilter.Names;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ResourceType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Codes of rules in Kafka's protocol (KIP-140, KIP-290). */
final class AclCodes {
    private static final int ANY = 1;
    private static final int MATCH = 2;

    private AclCodes() {}

    static Optional<Pattern> pattern(int code) {
        return code == Pattern.LITERAL.code()
                ? Optional.of(Pattern.LITERAL)
                : code == Pattern.PREFIXED.code() ? Optional.of(Pattern.PREFIXED) : Optional.empty();
    }

    static Optional<Permission> permission(int code) {
        return code == Permission.ALLOW.code()
                ? Optional.of(Permission.ALLOW)
                : code == Permission.DENY.code() ? Optional.of(Permission.DENY) : Optional.empty();
    }

    /**
     * Fields of a filter as they come.
     *
     * @param type of resource
     * @param resource null for all
     * @param pattern of names
     * @param principal null for all
     * @param host null for all
     * @param operation of rules
     * @param permission of rules
     */
    record RawFilter(
            int type,
            @Nullable String resource,
            int pattern,
            @Nullable String principal,
            @Nullable String host,
            int operation,
            int permission) {}

    /** The filter; empty if it has a code that we do not know. */
    static Optional<AccessRuleFilter> filter(RawFilter raw) {
        Optional<ResourceType> type = ResourceType.find(raw.type());
        Optional<Operation> operation = Operation.find(raw.operation());
        Optional<Permission> permission = permission(raw.permission());
        Optional<Names> names = names(raw.pattern());
        // What is no principal is nobody's, so that such a filter finds nothing.
        Optional<Principal> principal = Optional.ofNullable(raw.principal())
                .map(text -> Principal.parse(text).orElseGet(() -> new Principal("", text)));
        boolean isKnown = isKnownOrAny(type, raw.type())
                && isKnownOrAny(operation, raw.operation())
                && isKnownOrAny(permission, raw.permission())
                && names.isPresent();
        return isKnown
                ? Optional.of(new AccessRuleFilter(
                        type,
                        Optional.ofNullable(raw.resource()),
                        names.get(),
                        principal,
                        Optional.ofNullable(raw.host()),
                        operation,
                        permission))
                : Optional.empty();
    }

    private static boolean isKnownOrAny(Optional<?> found, int code) {
        return found.isPresent() || code == ANY;
    }

    private static Optional<Names> names(int code) {
        return switch (code) {
            case ANY -> Optional.of(Names.ANY);
            case MATCH -> Optional.of(Names.MATCH);
            case 3 -> Optional.of(Names.LITERAL);
            case 4 -> Optional.of(Names.PREFIXED);
            default -> Optional.empty();
        };
    }
}
