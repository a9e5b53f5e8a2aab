package io.sluice.broker.quota;

import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaEntity.Kind;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.api.QuotaMeter;
import io.sluice.broker.api.QuotaMeters;
import io.sluice.common.Clock;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The meters of those who have used something lately. Quotas of a user are shared by all of the user's client ids, quotas
 * of a client id by all users, and quotas of both, defaults included, are each pair's own. A meter whose uses are all
 * forgotten is dropped when room is needed or somebody asks how many there are; when all of very many are in use,
 * newcomers to a quota share one, as those with very long names always do.
 */
public final class TrackedMeters implements QuotaMeters, MetricSource {
    private static final long SWEEP_INTERVAL_MS = 1_000;
    private static final long MS_NS = 1_000_000;

    /** Clients choose their ids: as many meters of the longest that a protocol can carry would be gigabytes. */
    private static final int NAME_CHARS_MAX = 256;

    private final QuotaTable table;
    private final QuotaWindows windows;
    private final Clock clock;
    private final int metersMax;
    private final Map<MeterId, Meter> meters = new ConcurrentHashMap<>();
    private final Map<SharedId, Meter> shared = new ConcurrentHashMap<>();
    private final AtomicLong sweepDueMs;

    /**
     * Whose use is counted together.
     *
     * @param user empty where users are not told apart
     * @param clientId likewise
     */
    private record MeterId(QuotaKey key, String user, String clientId) {
        boolean isShort() {
            return user.length() <= NAME_CHARS_MAX && clientId.length() <= NAME_CHARS_MAX;
        }
    }

    /** All those for whom no room is left. */
    private record SharedId(QuotaKey key, QuotaEntity entity) {}

    /** The quota that applies to somebody. */
    private record Found(QuotaEntity entity, double limit, MeterId id) {}

    /** Measures what the table limits, at most so many at a time. */
    public TrackedMeters(QuotaTable table, QuotaWindows windows, Clock clock, int metersMax) {
        this.table = table;
        this.windows = windows;
        this.clock = clock;
        this.metersMax = metersMax;
        sweepDueMs = new AtomicLong(nowMs());
    }

    @Override
    public boolean isLimited(QuotaKey key) {
        return table.isLimited(key);
    }

    @Override
    public int version() {
        return table.version();
    }

    @Override
    public double connectionRate(InetAddress address) {
        return table.connectionRate(address);
    }

    @Override
    public QuotaMeter meter(QuotaKey key, String user, String clientId) {
        Found found = find(key, user, clientId);
        if (found == null) {
            return QuotaMeter.UNLIMITED;
        }
        Meter meter = meters.get(found.id());
        if (meter == null || meter.isRetired()) {
            meter = found.id().isShort() && hasRoom()
                    ? meters.compute(found.id(), (id, known) -> isLive(known) ? known : create(found))
                    : shared.compute(
                            new SharedId(key, found.entity()), (id, known) -> isLive(known) ? known : create(found));
        }
        meter.limit(found.limit());
        return meter;
    }

    private static boolean isLive(@Nullable Meter meter) {
        return meter != null && !meter.isRetired();
    }

    private Meter create(Found found) {
        return switch (found.id().key()) {
            case CONTROLLER_MUTATION_RATE ->
                new TokenBucketMeter(clock, found.limit(), windows.mutationCount(), windows.mutationLengthMs());
            case REQUEST_PERCENTAGE -> windowed(found, (int) Math.min(Meter.REST_MS_MAX, windows.lengthMs()));
            case PRODUCER_BYTE_RATE, CONSUMER_BYTE_RATE, CONNECTION_CREATION_RATE -> windowed(found, Meter.REST_MS_MAX);
        };
    }

    private Meter windowed(Found found, int restMsMax) {
        return new WindowedMeter(clock, found.limit(), windows.count(), windows.lengthMs(), restMsMax);
    }

    private boolean hasRoom() {
        if (meters.size() >= metersMax) {
            sweep();
        }
        return meters.size() < metersMax;
    }

    private void sweep() {
        long now = nowMs();
        long due = sweepDueMs.get();
        if (now >= due && sweepDueMs.compareAndSet(due, now + SWEEP_INTERVAL_MS)) {
            meters.values().removeIf(Meter::tryRetire);
            shared.values().removeIf(Meter::tryRetire);
        }
    }

    /** Kafka's order, most specific first. A client without an id has no quota of client ids, not even the default. */
    private @Nullable Found find(QuotaKey key, String user, String clientId) {
        Optional<String> all = Optional.empty();
        Optional<String> one = Optional.of(user);
        MeterId ofUser = new MeterId(key, user, "");
        if (clientId.isEmpty()) {
            Found found = look(QuotaEntity.of(Kind.USER, one), ofUser);
            return found != null ? found : look(QuotaEntity.of(Kind.USER, all), ofUser);
        }
        Optional<String> client = Optional.of(clientId);
        MeterId ofBoth = new MeterId(key, user, clientId);
        MeterId ofClient = new MeterId(key, "", clientId);
        Found found = look(QuotaEntity.ofBoth(one, client), ofBoth);
        found = found != null ? found : look(QuotaEntity.ofBoth(one, all), ofBoth);
        found = found != null ? found : look(QuotaEntity.of(Kind.USER, one), ofUser);
        found = found != null ? found : look(QuotaEntity.ofBoth(all, client), ofBoth);
        found = found != null ? found : look(QuotaEntity.ofBoth(all, all), ofBoth);
        found = found != null ? found : look(QuotaEntity.of(Kind.USER, all), ofUser);
        found = found != null ? found : look(QuotaEntity.of(Kind.CLIENT_ID, client), ofClient);
        return found != null ? found : look(QuotaEntity.of(Kind.CLIENT_ID, all), ofClient);
    }

    private @Nullable Found look(QuotaEntity entity, MeterId id) {
        Double limit = table.of(entity).get(id.key());
        return limit == null ? null : new Found(entity, limit, id);
    }

    private long nowMs() {
        return clock.nanoTime() / MS_NS;
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        sweep();
        consumer.accept(Metric.gauge(
                "sluice_quota_meters",
                "Users and client ids whose use of a quota is measured.",
                (double) meters.size() + shared.size()));
    }
}
