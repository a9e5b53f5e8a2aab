package io.sluice.broker.access;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRule.Pattern;
import io.sluice.broker.api.AccessRule.Permission;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules in force, indexed by what they speak of. A decision looks at the rules for everything, for the name, and for
 * each beginning of the name that some rule has; it yields all operations at once, so that it can be kept. Semantics:
 * Kafka's StandardAuthorizer. Immutable; any thread. Another object is another version.
 */
final class AccessRules {
    private static final int EVERY_BIT = -1;

    private final AuthorizerSettings settings;
    private final Map<ResourceType, Index> indexes = new EnumMap<>(ResourceType.class);

    AccessRules(AuthorizerSettings settings, Collection<AccessRule> rules) {
        this.settings = settings;
        for (AccessRule rule : rules) {
            indexes.computeIfAbsent(rule.type(), type -> new Index()).add(rule);
        }
    }

    /** What the caller may do to the resource, one bit each. */
    int operationBits(Caller caller, ResourceType type, String name) {
        if (settings.superUsers().contains(caller.principal())) {
            return EVERY_BIT;
        }
        Index index = indexes.get(type);
        Verdict verdict = new Verdict(caller);
        if (index != null) {
            index.forEach(name, verdict);
        }
        if (!verdict.isSpokenOf) {
            return settings.isOpenWithoutRule() ? EVERY_BIT : 0;
        }
        return verdict.allowedBits & ~verdict.deniedBits;
    }

    /** Whether some resource may exist to which the caller may do it (KIP-679); implied operations do not count. */
    boolean mayWithAny(Caller caller, Operation operation, ResourceType type) {
        // A name that no rule mentions: what holds for it holds unless rules name others.
        if ((operationBits(caller, type, "hardcode") & operation.bit()) != 0) {
            return true;
        }
        Index index = indexes.get(type);
        return index != null && index.allowsSome(caller, operation);
    }

    private static boolean concerns(AccessRule rule, Caller caller) {
        boolean isWho =
                rule.principal().equals(caller.principal()) || rule.principal().equals(Principal.EVERYBODY);
        return isWho && (rule.host().equals(AccessRule.ANY) || rule.host().equals(caller.host()));
    }

    /** Sums rules up. Used by one thread. */
    private static final class Verdict {
        private final Caller caller;
        private int allowedBits;
        private int deniedBits;
        private boolean isSpokenOf;

        Verdict(Caller caller) {
            this.caller = caller;
        }

        void addAll(List<AccessRule> rules) {
            isSpokenOf |= !rules.isEmpty();
            for (AccessRule rule : rules) {
                if (concerns(rule, caller)) {
                    add(rule);
                }
            }
        }

        private void add(AccessRule rule) {
            switch (rule.permission()) {
                case ALLOW -> allowedBits |= rule.operation().impliedBits();
                case DENY ->
                    deniedBits |= rule.operation() == Operation.ALL
                            ? EVERY_BIT
                            : rule.operation().bit();
            }
        }
    }

    /** Rules of one type of resource. */
    private static final class Index {
        private final List<AccessRule> forAll = new ArrayList<>();
        private final Map<String, List<AccessRule>> byName = new HashMap<>();
        private final Map<String, List<AccessRule>> byPrefix = new HashMap<>();
        private final TreeSet<Integer> prefixLengths = new TreeSet<>();

        void add(AccessRule rule) {
            if (rule.isForAll()) {
                forAll.add(rule);
                return;
            }
            switch (rule.pattern()) {
                case LITERAL ->
                    byName.computeIfAbsent(rule.resource(), name -> new ArrayList<>())
                            .add(rule);
                case PREFIXED -> {
                    prefixLengths.add(rule.resource().length());
                    byPrefix.computeIfAbsent(rule.resource(), name -> new ArrayList<>())
                            .add(rule);
                }
            }
        }

        void forEach(String name, Verdict verdict) {
            verdict.addAll(forAll);
            verdict.addAll(byName.getOrDefault(name, List.of()));
            for (int length : prefixLengths) {
                if (length > name.length()) {
                    return;
                }
                verdict.addAll(byPrefix.getOrDefault(name.substring(0, length), List.of()));
            }
        }

        boolean allowsSome(Caller caller, Operation operation) {
            Set<AccessRule> allowing = new HashSet<>();
            Set<String> deniedNames = new HashSet<>();
            Set<String> deniedPrefixes = new HashSet<>();
            boolean isAllowedForAll = false;
            for (AccessRule rule : concerning(caller, operation)) {
                if (rule.permission() == Permission.ALLOW) {
                    isAllowedForAll |= rule.isForAll();
                    allowing.add(rule);
                } else if (rule.isForAll()) {
                    return false;
                } else {
                    (rule.pattern() == Pattern.LITERAL ? deniedNames : deniedPrefixes).add(rule.resource());
                }
            }
            return isAllowedForAll
                    || allowing.stream()
                            .anyMatch(rule ->
                                    !(rule.pattern() == Pattern.LITERAL && deniedNames.contains(rule.resource()))
                                            && !hasPrefixIn(rule.resource(), deniedPrefixes));
        }

        private List<AccessRule> concerning(Caller caller, Operation operation) {
            List<AccessRule> found = new ArrayList<>(forAll);
            byName.values().forEach(found::addAll);
            byPrefix.values().forEach(found::addAll);
            found.removeIf(rule ->
                    !concerns(rule, caller) || (rule.operation() != operation && rule.operation() != Operation.ALL));
            return found;
        }

        private static boolean hasPrefixIn(String name, Set<String> prefixes) {
            for (int length = 1; length <= name.length(); length++) {
                if (prefixes.contains(name.substring(0, length))) {
                    return true;
                }
            }
            return false;
        }
    }
}
