package io.sluice.cli.access;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class AclRulesTest {

    private static final ResourcePattern ORDERS =
            new ResourcePattern(ResourceType.TOPIC, "orders", PatternType.LITERAL);

    @Test
    void rulesThatDifferOnlyInTheOperationAreOneLine() {
        assertThat(AclRules.table(List.of(
                                rule(ORDERS, "User:alice", READ, AclPermissionType.ALLOW),
                                rule(ORDERS, "User:alice", DESCRIBE, AclPermissionType.ALLOW),
                                rule(ORDERS, "User:*", READ, AclPermissionType.DENY)))
                        .lines(1_000))
                .containsExactly(
                        "WHO       MAY    OPERATIONS     ON            FROM",
                        "everyone  never  read           topic orders  anywhere",
                        "alice     may    read,describe  topic orders  anywhere");
    }

    @Test
    void aPrefixAndAWildcardReadAsWhatTheyReach() {
        List<String> lines = AclRules.table(List.of(
                        rule(pattern("shop-", PatternType.PREFIXED), "User:shop", READ, AclPermissionType.ALLOW),
                        rule(pattern("*", PatternType.LITERAL), "User:tour", READ, AclPermissionType.ALLOW)))
                .lines(1_000);
        assertThat(lines.get(1)).contains("topic shop-…");
        assertThat(lines.get(2)).contains("every topic");
    }

    @Test
    void scriptsGetEachRuleWithStableWords() {
        assertThat(AclRules.rules(List.of(rule(
                        new ResourcePattern(ResourceType.TRANSACTIONAL_ID, "t", PatternType.LITERAL),
                        "User:alice",
                        AclOperation.DESCRIBE_CONFIGS,
                        AclPermissionType.ALLOW))))
                .containsExactly(new AclRules.Rule(
                        "User:alice", "allow", "describe-configs", "transactional-id", "t", "literal", "*"));
    }

    private static ResourcePattern pattern(String name, PatternType type) {
        return new ResourcePattern(ResourceType.TOPIC, name, type);
    }

    private static AclBinding rule(
            ResourcePattern pattern, String principal, AclOperation operation, AclPermissionType effect) {
        return new AclBinding(pattern, new AccessControlEntry(principal, "*", operation, effect));
    }
}
