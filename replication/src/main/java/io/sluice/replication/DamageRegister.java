package io.sluice.replication;

import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.TopicId;
import io.sluice.log.DamagedRange;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
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
    private final Queue<Damage> fresh = new ConcurrentLinkedQueue<>();
    private final boolean hasPeers;
    private final AtomicLong mendedCount = new AtomicLong();
    private volatile @Nullable Function<TopicId, Optional<String>> names;
    private volatile Runnable whenFresh = () -> {};

    /** What puts a range right again. */
    interface Mender {
        /** Whether it could. */
        boolean mend(PartitionReplica replica, DamagedRange range);
    }

    /** @param hasPeers whether other nodes may have what is damaged here */
    DamageRegister(boolean hasPeers) {
        this.hasPeers = hasPeers;
    }

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
        Damage before = known.putIfAbsent(place(range), damage);
        if (before == null && hasPeers) {
            fresh.add(damage);
            whenFresh.run();
        }
        Function<TopicId, Optional<String>> naming = names;
        if (before == null && naming != null) {
            log(damage, naming);
        }
    }

    private static Place place(DamagedRange range) {
        return new Place(range.file(), range.filePosition());
    }

    /** Hears that there is something to mend; on any thread: it hands over only. */
    void whenFresh(Runnable listener) {
        whenFresh = listener;
    }

    boolean hasFresh() {
        return !fresh.isEmpty();
    }

    /** Lets the mender try what was found since the last time. One thread. */
    void mendFresh(Mender mender) {
        Damage next = fresh.poll();
        while (next != null) {
            mend(next, mender);
            next = fresh.poll();
        }
    }

    /** Lets it try all that is known. One thread. */
    void mendAll(Mender mender) {
        fresh.clear();
        known.values().forEach(damage -> mend(damage, mender));
    }

    private void mend(Damage damage, Mender mender) {
        if (!damage.isGone() && mender.mend(damage.replica(), damage.range())) {
            mendedCount.incrementAndGet();
            known.remove(place(damage.range()));
        }
    }

    /** Names are known once the broker is up; what was found before is logged now. */
    void nameTopics(Function<TopicId, Optional<String>> naming) {
        names = naming;
        known.values().forEach(damage -> log(damage, naming));
    }

    private void log(Damage damage, Function<TopicId, Optional<String>> naming) {
        DamagedRange range = damage.range();
        TopicId id = damage.replica().topicId();
        String topic = naming.apply(id).orElseGet(id::toString);
        int partition = damage.replica().index();
        LOG.error(
                "damaged records topic={} partition={} offsets={}-{} file={} position={} bytes={} reason=\"{}\""
                        + "; all others stay readable; {}to look at them or give them up, stop the broker and run"
                        + " `sluice repair --partition {}-{}`",
                topic,
                partition,
                range.firstOffset(),
                range.nextOffset() - 1,
                range.file(),
                range.filePosition(),
                range.lengthBytes(),
                range.reason(),
                hasPeers ? "the other replicas are asked for them; where none can help: " : "",
                topic,
                partition);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        known.values().removeIf(Damage::isGone);
        consumer.accept(Metric.gauge(
                "sluice_damaged_ranges", "Ranges of segments that cannot be read, as far as known.", known.size()));
        consumer.accept(Metric.counter(
                "sluice_mended_ranges_total",
                "Ranges of segments that were damaged and came again from another replica.",
                mendedCount.get()));
    }
}
