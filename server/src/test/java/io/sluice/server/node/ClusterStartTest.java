package io.sluice.server.node;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.broker.cluster.SlotTable;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ClusterStartTest {
    private static ClusterImage atLevel(int level) {
        return new ClusterImage(1, 3, level, new TreeMap<>(), Map.of(), new TreeMap<>(), SlotTable.FIRST);
    }

    @Test
    void aReleaseThatDoesNotKnowTheClustersLevelDoesNotStart() {
        assertThatCode(() -> ClusterStart.checkLevel(ClusterImage.NONE)).doesNotThrowAnyException();
        assertThatCode(() -> ClusterStart.checkLevel(atLevel(NodeRecord.LEVEL_MOST)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ClusterStart.checkLevel(atLevel(NodeRecord.LEVEL_MOST + 1)))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        "the cluster is at feature level 3, this release runs up to 2: start the release that ran here"
                                + " before, or a later one");
    }
}
