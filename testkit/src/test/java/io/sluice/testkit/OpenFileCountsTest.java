package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OpenFileCountsTest {
    @Test
    void descriptorsAreToldApartByWhatTheyPointAt() {
        OpenFileCounts counts = new OpenFileCounts(0, 0, 0, 0);
        List<String> targets = List.of(
                "/data/00.log", "/data/01.log (deleted)", "socket:[12]", "pipe:[3]", "anon_inode:[eventpoll]", "");
        for (String target : targets) {
            counts = counts.with(target);
        }
        assertThat(counts).isEqualTo(new OpenFileCounts(1, 1, 1, 2));
        assertThat(counts.total()).isEqualTo(5);
    }

    @Test
    void thisProcessHasFilesOpen() {
        assertThat(OpenFileCounts.of(ProcessHandle.current().pid()).files()).isPositive();
    }
}
