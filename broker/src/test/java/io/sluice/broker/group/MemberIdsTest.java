package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MemberIdsTest {
    private final MemberIds ids = new MemberIds(new Random(1));

    @Test
    void anIdBeginsWithWhatTheClientCallsItself() {
        assertThat(ids.next("reader")).matches("reader-[0-9a-f-]{36}");
    }

    @Test
    void anIdFitsIntoAnAnswerWhateverTheClientCallsItself() {
        String id = ids.next("\u65e5".repeat(Short.MAX_VALUE / 3));

        assertThat(id.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(Short.MAX_VALUE);
    }
}
