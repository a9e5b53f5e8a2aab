package io.sluice.replication;

import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.TopicId;
import io.sluice.log.DamagedRange;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The damaged ranges of a node, found by reads, by the scrub and at the start; each is logged once. Any thread. */
final class DamageRegister implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(DamageRegister.class);
    private static final int RANGES_MAX = 10_000;

    private final Map<Place, Damage> known = new ConcurrentHashMap<>();
    private volatile @Nullable Function<TopicId, Optional<String>> names;

    private record Place(Path file, long filePosition) {}

    private record Damage(PartitionReplica replica, DamagedRange range) {
        /** Records that retention or a deletion took away are nobody's loss. */
        boolean isGone() {
            return replica.isDropped() || range.nextOffset() <= replica.startOffset();
        }
    }

    void report(PartitionReplica replica, DamagedRange range) {
        Damage damage = new Damage(replica, range);
        if (damage.isGone() || known.size() >= RANGES_MAX) {
            return;
        }
        Damage before = known.putIfAbsent(new Place(range.file(), range.filePosition()), damage);
        Function<TopicId, Optional<String>> naming = names;
        if (before == null && naming != null) {
            log(damage, naming);
        }
    }

    /** Names are known once the broker is up; what was found before is logged now. */
    void nameTopics(Function<TopicId, Optional<String>> naming) {
        names = naming;
        known.values().forEach(damage -> log(damage, naming));
    }

    private static void log(Damage damage, Function<TopicId, Optional<String>> naming) {
        DamagedRange range = damage.range();
        TopicId id = damage.replica().topicId();
        String topic = naming.apply(id).orElseGet(id::toString);
        int partition = damage.replica().index();
        LOG.error(
                "damaged records topic={} partition={} offsets={}-{} file={} position={} bytes={} reason=\"{}\""
                        + "; all others stay readable; to look at them or give them up, stop the broker and run"
                        + " `sluice repair --partition {}-{}`",
                topic,
                partition,
                range.firstOffset(),
                range.nextOffset() - 1,
                range.file(),
                range.filePosition(),
                range.lengthBytes(),
                range.reason(),
                topic,
                partition);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        known.values().removeIf(Damage::isGone);
        consumer.accept(Metric.gauge(
                "sluice_damaged_ranges", "Ranges of segments that cannot be read, as far as known.", known.size()));
    }
}
