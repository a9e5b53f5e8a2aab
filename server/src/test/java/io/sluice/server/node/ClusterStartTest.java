package io.sluice.server.node;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.cluster.ClusterImage;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ClusterStartTest {
    private static ClusterImage atLevel(int level) {
        return new ClusterImage(1, 3, level, new TreeMap<>(), Map.of(), new TreeMap<>());
    }

    @Test
    void aReleaseThatDoesNotKnowTheClustersLevelDoesNotStart() {
        assertThatCode(() -> ClusterStart.checkLevel(ClusterImage.NONE)).doesNotThrowAnyException();
        assertThatCode(() -> ClusterStart.checkLevel(atLevel(1))).doesNotThrowAnyException();
        assertThatThrownBy(() -> ClusterStart.checkLevel(atLevel(2)))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        "the cluster is at feature level 2, this release runs up to 1: start the release that ran here"
                                + " before, or a later one");
    }
}
