package io.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.load.Frames.ToLeaders;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FramesTest {
    private static final Shape SHAPE = Shape.single(100);

    @Test
    void everyPartitionIsWrittenToOverOneConnectionOfItsLeader() {
        List<String> leaders = IntStream.range(0, 40)
                .mapToObj(i -> List.of("a:1", "b:1", "c:1").get(i % 3))
                .toList();

        ToLeaders made = Frames.toLeaders("t", 15, leaders, SHAPE);

        assertThat(made.addresses()).hasSize(15).containsOnly("a:1", "b:1", "c:1");
        assertThat(made.addresses()).filteredOn("b:1"::equals).hasSize(5);
        for (String leader : Set.of("a:1", "b:1", "c:1")) {
            long written = IntStream.range(0, 15)
                    .filter(connection -> made.addresses().get(connection).equals(leader))
                    .mapToLong(connection -> made.frames().get(connection).size())
                    .sum();
            assertThat(written)
                    .isEqualTo(leaders.stream().filter(leader::equals).count());
        }
        assertThat(identities(made.frames())).hasSize(40);
    }

    /** A connection writes its numbers into its frames. */
    @Test
    void connectionsThatShareAPartitionShareNoFrame() {
        ToLeaders made = Frames.toLeaders("t", 6, List.of("a:1", "b:1"), SHAPE);

        assertThat(made.frames()).allSatisfy(frames -> assertThat(frames).hasSize(1));
        assertThat(identities(made.frames())).hasSize(6);
        made.frames().getFirst().getFirst().putInt(8, 77);
        assertThat(made.frames().stream().skip(1))
                .allSatisfy(frames -> assertThat(frames.getFirst().getInt(8)).isNotEqualTo(77));
        assertThat(made.frames().get(2).getFirst().remaining())
                .isEqualTo(made.frames().getFirst().getFirst().remaining());
    }

    private static Set<ByteBuffer> identities(List<List<ByteBuffer>> frames) {
        Set<ByteBuffer> found = Collections.newSetFromMap(new IdentityHashMap<>());
        frames.forEach(found::addAll);
        return found;
    }
}
