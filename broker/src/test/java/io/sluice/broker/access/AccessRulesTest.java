package io.sluice.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRule.Pattern;
import io.sluice.broker.api.AccessRule.Permission;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ResourceType;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class AccessRulesTest {
    private static final AuthorizerSettings ON = new AuthorizerSettings(true, Set.of(Principal.user("root")), false);
    private static final AuthorizerSettings OPEN = new AuthorizerSettings(true, Set.of(), true);
    private static final Caller ALICE = new Caller(Principal.user("alice"), "10.0.0.1");
    private static final List<String> NAMES = List.of("a", "ab", "abc", "b", "*");
    private static final List<String> USERS = List.of("alice", "bob", "*");
    private static final List<String> HOSTS = List.of("10.0.0.1", "10.0.0.2", "*");

    @Test
    void withoutARuleNobodyMayButSuperUsers() {
        AccessRules rules = new AccessRules(ON, List.of());

        assertThat(may(rules, ALICE, Operation.READ, "a")).isFalse();
        assertThat(may(rules, new Caller(Principal.user("root"), "1.1.1.1"), Operation.READ, "a"))
                .isTrue();
    }

    @Test
    void superUsersAreNotDenied() {
        AccessRules rules = new AccessRules(ON, List.of(rule("*", "*", Operation.ALL, Permission.DENY)));

        assertThat(may(rules, new Caller(Principal.user("root"), "1.1.1.1"), Operation.DELETE, "a"))
                .isTrue();
    }

    @Test
    void withoutARuleOfTheResourceEverybodyMayIfSoConfigured() {
        AccessRules rules = new AccessRules(OPEN, List.of(rule("a", "bob", Operation.READ, Permission.ALLOW)));

        assertThat(may(rules, ALICE, Operation.READ, "a")).isFalse();
        assertThat(may(rules, ALICE, Operation.READ, "b")).isTrue();
    }

    @Test
    void allowingToReadAllowsToDescribeAndDenyingToReadDoesNotDenyIt() {
        AccessRules allowed = new AccessRules(ON, List.of(rule("a", "alice", Operation.READ, Permission.ALLOW)));
        AccessRules denied = new AccessRules(
                ON,
                List.of(
                        rule("a", "alice", Operation.READ, Permission.DENY),
                        rule("a", "alice", Operation.WRITE, Permission.ALLOW)));

        assertThat(may(allowed, ALICE, Operation.DESCRIBE, "a")).isTrue();
        assertThat(may(denied, ALICE, Operation.DESCRIBE, "a")).isTrue();
        assertThat(may(denied, ALICE, Operation.READ, "a")).isFalse();
    }

    @Test
    void aPrefixThatIsDeniedHidesNamesThatAreAllowed() {
        AccessRules rules = new AccessRules(
                ON,
                List.of(
                        rule("orders", "alice", Operation.WRITE, Permission.ALLOW),
                        prefix("ord", "alice", Operation.WRITE, Permission.DENY)));

        assertThat(rules.mayWithAny(ALICE, Operation.WRITE, ResourceType.TOPIC)).isFalse();
    }

    @Property(tries = 300)
    void decidesAsTheNaiveReadingOfAllRules(@ForAll long seed) {
        Random random = new Random(seed);
        Set<AccessRule> all = new HashSet<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            all.add(any(random));
        }
        AuthorizerSettings settings = random.nextBoolean() ? ON : OPEN;
        AccessRules rules = new AccessRules(settings, all);
        for (String name : NAMES) {
            for (Operation operation : List.of(Operation.READ, Operation.DESCRIBE, Operation.ALTER_CONFIGS)) {
                Caller caller = new Caller(Principal.user(pick(random, USERS)), pick(random, HOSTS));
                assertThat(may(rules, caller, operation, name))
                        .as("%s by %s of %s with %s", operation, caller, name, all)
                        .isEqualTo(naively(settings, all, caller, operation, name));
            }
        }
    }

    private static boolean naively(
            AuthorizerSettings settings, Set<AccessRule> all, Caller caller, Operation operation, String name) {
        List<AccessRule> spokenOf = all.stream()
                .filter(rule -> rule.pattern() == Pattern.PREFIXED
                        ? name.startsWith(rule.resource())
                        : rule.resource().equals("*") || rule.resource().equals(name))
                .toList();
        if (spokenOf.isEmpty()) {
            return settings.isOpenWithoutRule();
        }
        List<AccessRule> own = spokenOf.stream()
                .filter(rule ->
                        rule.principal().name().equals("*") || rule.principal().equals(caller.principal()))
                .filter(rule -> rule.host().equals("*") || rule.host().equals(caller.host()))
                .toList();
        boolean isDenied = own.stream()
                .anyMatch(rule -> rule.permission() == Permission.DENY
                        && Set.of(operation, Operation.ALL).contains(rule.operation()));
        Set<Operation> enough = switch (operation) {
            case DESCRIBE ->
                Set.of(
                        Operation.ALL,
                        Operation.DESCRIBE,
                        Operation.READ,
                        Operation.WRITE,
                        Operation.DELETE,
                        Operation.ALTER);
            default -> Set.of(Operation.ALL, operation);
        };
        return !isDenied
                && own.stream()
                        .anyMatch(rule -> rule.permission() == Permission.ALLOW && enough.contains(rule.operation()));
    }

    private static boolean may(AccessRules rules, Caller caller, Operation operation, String name) {
        return (rules.operationBits(caller, ResourceType.TOPIC, name) & operation.bit()) != 0;
    }

    private static AccessRule any(Random random) {
        return new AccessRule(
                ResourceType.TOPIC,
                random.nextBoolean() ? Pattern.LITERAL : Pattern.PREFIXED,
                pick(random, NAMES),
                Principal.user(pick(random, USERS)),
                pick(random, HOSTS),
                Operation.values()[random.nextInt(Operation.values().length)],
                random.nextInt(3) == 0 ? Permission.DENY : Permission.ALLOW);
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static AccessRule rule(String topic, String user, Operation operation, Permission permission) {
        return new AccessRule(
                ResourceType.TOPIC, Pattern.LITERAL, topic, Principal.user(user), "*", operation, permission);
    }

    private static AccessRule prefix(String topics, String user, Operation operation, Permission permission) {
        return new AccessRule(
                ResourceType.TOPIC, Pattern.PREFIXED, topics, Principal.user(user), "*", operation, permission);
    }
}
