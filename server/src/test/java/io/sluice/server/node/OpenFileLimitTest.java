package io.sluice.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OpenFileLimitTest {
    private static final int OTHERWISE = 77;

    @Test
    void segmentsGetTwoFifthsBecauseEachMayBeOpenTwice() {
        assertThat(segmentFiles("Max open files            20000                20000                files     "))
                .isEqualTo(8_000);
        assertThat(segmentFiles("Max open files            1024                 4096                 files     "))
                .isEqualTo(408);
    }

    @Test
    void thereIsAMostAndALeast() {
        assertThat(segmentFiles("Max open files            1048576              1048576              files     "))
                .isEqualTo(OpenFileLimit.SEGMENT_FILES_MAX);
        assertThat(segmentFiles("Max open files            3                    3                    files     "))
                .isEqualTo(1);
    }

    @Test
    void whatTheSystemDoesNotTellIsNotGuessed() {
        assertThat(segmentFiles("Max open files            unlimited            unlimited            files     "))
                .isEqualTo(OTHERWISE);
        assertThat(segmentFiles("Max processes             20000                20000                processes "))
                .isEqualTo(OTHERWISE);
    }

    private static int segmentFiles(String line) {
        List<String> limits =
                List.of("Limit                     Soft Limit           Hard Limit           Units", line);
        return OpenFileLimit.segmentFiles(limits, OTHERWISE);
    }
}
