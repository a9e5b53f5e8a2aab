package io.sluice.protocol.http;

import io.sluice.common.MetricSource;
import io.sluice.common.SeriesSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * What the listener offers.
 *
 * @param isReady whether the broker serves clients; asked at each {@code /readyz}
 * @param metrics what {@code /metrics} shows, besides the listener's own
 * @param series what it shows for each of many things
 * @param actions what may be asked for by POST, by path
 * @param token what whoever asks by POST must know, as {@code Authorization: Bearer}
 * @param blocking runs what may wait, best on virtual threads
 */
public record HttpServices(
        BooleanSupplier isReady,
        List<MetricSource> metrics,
        List<SeriesSource> series,
        Map<String, AdminAction> actions,
        String token,
        Executor blocking) {}
