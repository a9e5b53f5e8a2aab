package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicIdTest {
    @Test
    void theTextOfAnIdIsParsedToTheSameId() {
        TopicId id = new TopicId(0x0123_4567_89AB_CDEFL, -2);

        assertThat(id.toString()).hasSize(22);
        assertThat(TopicId.parse(id.toString())).isEqualTo(id);
    }

    /** Padded, with bits behind the last byte, too short, too long, of another alphabet, empty. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AAAAAAAAAAAAAAAAAAAAAA==",
                "AAAAAAAAAAAAAAAAAAAAAB",
                "AAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAA+A",
                ""
            })
    void anyOtherTextIsRefused(String text) {
        assertThatThrownBy(() -> TopicId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
