package io.sluice.broker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaEntity.Kind;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.api.QuotaMeter;
import io.sluice.common.SimulatedClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class MetersTest {
    private static final QuotaKey KEY = QuotaKey.PRODUCER_BYTE_RATE;
    private static final QuotaWindows KAFKAS = new QuotaWindows(11, 1_000, 11, 1_000);
    private static final int WINDOW_MS = 11_000;

    private final SimulatedClock clock = new SimulatedClock();
    private final QuotaTable table = new QuotaTable();
    private final TrackedMeters meters = new TrackedMeters(table, KAFKAS, clock, 4);

    /** The levels as Kafka orders them, most specific first. */
    private static List<QuotaEntity> levels() {
        Optional<String> user = Optional.of("u");
        Optional<String> client = Optional.of("c");
        Optional<String> all = Optional.empty();
        return List.of(
                QuotaEntity.ofBoth(user, client),
                QuotaEntity.ofBoth(user, all),
                QuotaEntity.of(Kind.USER, user),
                QuotaEntity.ofBoth(all, client),
                QuotaEntity.ofBoth(all, all),
                QuotaEntity.of(Kind.USER, all),
                QuotaEntity.of(Kind.CLIENT_ID, client),
                QuotaEntity.of(Kind.CLIENT_ID, all));
    }

    @Test
    void theMostSpecificOfEightLevelsApplies() {
        List<QuotaEntity> levels = levels();
        for (int i = levels.size() - 1; i >= 0; i--) {
            table.put(levels.get(i), Map.of(KEY, 1_000.0 + i));
            assertThat(meters.meter(KEY, "u", "c").perWindow())
                    .as(levels.get(i).toString())
                    .isEqualTo(1_000.0 + i);
        }
        for (QuotaEntity level : levels) {
            assertThat(meters.meter(KEY, "u", "c")).isNotSameAs(QuotaMeter.UNLIMITED);
            table.put(level, Map.of());
        }
        assertThat(meters.meter(KEY, "u", "c")).isSameAs(QuotaMeter.UNLIMITED);
        assertThat(meters.isLimited(KEY)).isFalse();
    }

    @Test
    void aUsersQuotaIsSharedByItsClientsAndADefaultOfPairsIsEachPairsOwn() {
        table.put(QuotaEntity.of(Kind.USER, Optional.of("u")), Map.of(KEY, 10.0));
        table.put(QuotaEntity.ofBoth(Optional.empty(), Optional.empty()), Map.of(KEY, 20.0));

        assertThat(meters.meter(KEY, "u", "a")).isSameAs(meters.meter(KEY, "u", "b"));
        assertThat(meters.meter(KEY, "v", "a")).isNotSameAs(meters.meter(KEY, "v", "b"));
        assertThat(meters.meter(KEY, "v", "")).isSameAs(QuotaMeter.UNLIMITED);
    }

    @Test
    void aBurstAfterRestIsAllowedAndWhatIsAboveMustBeRestedFor() {
        QuotaMeter meter = limited(1_000);

        assertThat(meter.record(10_000)).isZero();
        assertThat(meter.record(2_000)).isEqualTo(2_000);
        assertThat(meter.waitMs(500)).isEqualTo(2_500);
    }

    @Test
    void whatIsUsedIsForgottenWindowByWindow() {
        QuotaMeter meter = limited(1_000);
        meter.record(10_000);
        clock.advanceMs(WINDOW_MS);

        assertThat(meter.allowance()).isEqualTo(10_000);
    }

    @Test
    void aChangedQuotaCountsWhatWasUsedBefore() {
        QuotaMeter meter = limited(1_000);
        meter.record(10_000);
        int before = meters.version();

        assertThat(limited(500)).isSameAs(meter);
        assertThat(meters.version()).isNotEqualTo(before);
        assertThat(meter.waitMs(0)).isEqualTo(10_000);
    }

    @Test
    void requestTimeMakesNobodyRestLongerThanAWindow() {
        table.put(QuotaEntity.of(Kind.USER, Optional.empty()), Map.of(QuotaKey.REQUEST_PERCENTAGE, 1.0));

        assertThat(meters.meter(QuotaKey.REQUEST_PERCENTAGE, "u", "").record(1_000_000))
                .isEqualTo(1_000);
    }

    @Test
    void aLargeChangeIsPaidOffAtTheQuotasRate() {
        table.put(QuotaEntity.of(Kind.USER, Optional.empty()), Map.of(QuotaKey.CONTROLLER_MUTATION_RATE, 5.0));
        QuotaMeter meter = meters.meter(QuotaKey.CONTROLLER_MUTATION_RATE, "u", "");

        assertThat(meter.waitMs(0)).as("55 may be made at once").isZero();
        assertThat(meter.record(115)).isEqualTo(12_000);
        clock.advanceMs(12_000);
        assertThat(meter.waitMs(0)).isZero();
        meter.record(-60);
        assertThat(meter.allowance()).as("given back").isEqualTo(55);
    }

    @Test
    void aDebtIsNotForgottenBeforeItIsPaid() {
        QuotaKey changes = QuotaKey.CONTROLLER_MUTATION_RATE;
        table.put(QuotaEntity.of(Kind.USER, Optional.empty()), Map.of(changes, 1.0));
        QuotaMeter meter = meters.meter(changes, "u", "");
        assertThat(meter.record(111)).as("11 may be made at once").isEqualTo(100_000);
        clock.advanceMs(90_000);
        meters.collect(metric -> {});

        assertThat(meters.meter(changes, "u", "").waitMs(0)).isBetween(10_000, 10_001);

        clock.advanceMs(200_000);
        meters.collect(metric -> {});
        assertThat(meter.isRetired()).isTrue();
    }

    @Property(tries = 50)
    void whoRestsAsToldStaysWithinTheQuotaInTheLongRun(@ForAll long seed) {
        Random random = new Random(seed);
        SimulatedClock time = new SimulatedClock();
        Meter meter = new WindowedMeter(time, 1_000, 11, 1_000, Meter.REST_MS_MAX);
        double used = 0;
        long elapsedMs = 0;
        while (elapsedMs < 300_000) {
            double amount = random.nextInt(3_000);
            used += amount;
            int restMs = meter.record(amount) + random.nextInt(5);
            time.advanceMs(restMs);
            elapsedMs += restMs;
        }
        // Any eleven seconds hold what they allow and the one use that went beyond.
        assertThat(used)
                .isLessThan((elapsedMs / 11_000.0 + 1) * (11_000 + 3_000))
                .isGreaterThan(elapsedMs / 4.0);
    }

    @Test
    void whoIsForgottenMakesRoomAndWithoutRoomNewcomersShareAMeter() {
        table.put(QuotaEntity.of(Kind.CLIENT_ID, Optional.empty()), Map.of(KEY, 1_000.0));
        List<QuotaMeter> first = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            first.add(meters.meter(KEY, "u", "client-" + i));
            first.getLast().record(1);
        }
        QuotaMeter crowd = meters.meter(KEY, "u", "late-1");

        assertThat(first).doesNotHaveDuplicates().doesNotContain(crowd);
        assertThat(meters.meter(KEY, "u", "late-2")).isSameAs(crowd);
        clock.advanceMs(WINDOW_MS + 1);
        assertThat(meters.meter(KEY, "u", "late-3")).isNotSameAs(crowd);
        assertThat(first).allMatch(QuotaMeter::isRetired);
    }

    @Test
    void veryLongNamesShareAMeter() {
        table.put(QuotaEntity.of(Kind.CLIENT_ID, Optional.empty()), Map.of(KEY, 1_000.0));

        QuotaMeter first = meters.meter(KEY, "u", "x".repeat(1_000));

        assertThat(meters.meter(KEY, "u", "y".repeat(1_000))).isSameAs(first);
        assertThat(meters.meter(KEY, "u", "y")).isNotSameAs(first);
    }

    private QuotaMeter limited(double perSecond) {
        table.put(QuotaEntity.of(Kind.USER, Optional.of("u")), Map.of(KEY, perSecond));
        return meters.meter(KEY, "u", "c");
    }
}
