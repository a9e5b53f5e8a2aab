package io.sluice.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.common.ErrorCode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configurations of share groups, with Kafka 4.3's names, defaults and bounds. */
final class ShareConfigsTest {
    @ParameterizedTest
    @CsvSource({
        "share.record.lock.duration.ms, 15000, true",
        "share.record.lock.duration.ms, 14999, false",
        "share.record.lock.duration.ms, 60001, false",
        "share.delivery.count.limit, 2, true",
        "share.delivery.count.limit, 1, false",
        "share.delivery.count.limit, 11, false",
        "share.partition.max.record.locks, 4000, true",
        "share.partition.max.record.locks, 99, false",
        "share.partition.max.record.locks, 4001, false",
        "share.heartbeat.interval.ms, 4999, false",
        "share.session.timeout.ms, 60000, true",
        "share.session.timeout.ms, 60001, false",
        "share.auto.offset.reset, earliest, true",
        "share.auto.offset.reset, by_duration:PT1H, true",
        "share.auto.offset.reset, by_duration:-PT1H, false",
        "share.auto.offset.reset, by_duration:1 hour, false",
        "share.auto.offset.reset, none, false",
        "share.isolation.level, read_committed, true",
        "share.isolation.level, snapshot, false",
        "share.renew.acknowledge.enable, false, true",
        "share.assignment.interval.ms, 0, true",
        "share.assignment.interval.ms, 15001, false",
        "errors.deadletterqueue.topic.name, dlq.orders, true",
        "errors.deadletterqueue.topic.name, __orders, false",
        "sluice.delivery.dead.letters.topic, no topic, false",
        "sluice.delivery.ordering, key, true"
    })
    void aGroupMayHaveWhatTheBrokersBoundsAllow(String name, String value, boolean isAllowed) {
        ErrorCode error =
                GroupConfigs.check(Map.of(name, value), ConfigValues.NONE).error();
        assertThat(error == ErrorCode.NONE).isEqualTo(isAllowed);
    }

    @Test
    void durationsAreIsoTexts() {
        assertThat(ShareConfigs.durationOf("by_duration:P1DT2H")).contains(Duration.ofHours(26));
        assertThat(ShareConfigs.durationOf("earliest")).isEmpty();
    }

    @Test
    void theBrokersDefaultsAreThoseOfTheKind() {
        DeliveryOptions standard = DeliveryOptions.of(DeliveryKind.SHARE);
        assertThat((long) ShareConfigs.LOCK_MS.standard()).isEqualTo(standard.lockMs());
        assertThat(ShareConfigs.DELIVERIES.standard()).isEqualTo(standard.attemptsMax());
        assertThat(ShareConfigs.LOCKS.standard()).isEqualTo(standard.pendingMax());
    }
}
