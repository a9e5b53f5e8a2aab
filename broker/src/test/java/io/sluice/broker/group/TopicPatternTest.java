package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicPatternTest {
    @ParameterizedTest
    @CsvSource({
        "orders-.*, orders-eu",
        "'team-[a-z]{1,20}-\\d{4}', team-billing-2026",
        "'([a-z]{1,63}\\.){3}[a-z]{1,63}', eu.billing.orders.all",
        "'\\Qa.b\\E(c{2}|d)', a.bcc",
        "(?i)orders, ORDERS"
    })
    void ordinaryPatternsMatchWholeNames(String pattern, String name) {
        TopicPattern compiled = TopicPattern.compile(pattern).orElseThrow();

        assertThat(compiled.matches(name)).isTrue();
        assertThat(compiled.matches("/" + name)).isFalse();
    }

    /** A few bytes of pattern must not take gigabytes of memory: RE2/J itself would try. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(?:(?:a{0,1000}){1000}){2}",
                "((a{1000})\\Q\\E{1000})\\Q\\E{1000}",
                "(((((((((a{10}){10}){10}){10}){10}){10}){10}){10}){10}){10,}"
            })
    void countsThatMultiplyAreRefused(String pattern) {
        assertThat(TopicPattern.compile(pattern)).isEmpty();
    }

    /** They would hold up the shard for minutes where there are thousands of topics. */
    @ParameterizedTest
    @ValueSource(strings = {"(.*.*.*.*.*.*.*.*){100}", ".{0,1000}", "(.{0,30}a){20}"})
    void choicesThatMultiplyAreRefused(String pattern) {
        assertThat(TopicPattern.compile(pattern)).isEmpty();
    }

    @Test
    void aLongRowOfChoicesIsRefused() {
        assertThat(TopicPattern.compile(".*".repeat(600))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 2_000})
    void groupsWithinGroupsWithoutEndAreRefused(int depth) {
        assertThat(TopicPattern.compile("(".repeat(depth) + "a" + ")".repeat(depth)))
                .isEmpty();
    }
}
