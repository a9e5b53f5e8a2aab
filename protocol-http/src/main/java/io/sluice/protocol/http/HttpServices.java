package io.sluice.protocol.http;

import io.sluice.common.MetricSource;
import io.sluice.common.SeriesSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What the listener offers.
 *
 * @param whyNotReady why the broker does not serve clients, empty if it does; asked at each {@code /readyz}
 * @param metrics what {@code /metrics} shows, besides the listener's own
 * @param series what it shows for each of many things
 * @param actions what may be asked for by POST, by path
 * @param token what whoever asks by POST must know, as {@code Authorization: Bearer}
 * @param blocking runs what may wait, best on virtual threads
 */
public record HttpServices(
        Supplier<Optional<String>> whyNotReady,
        List<MetricSource> metrics,
        List<SeriesSource> series,
        Map<String, AdminAction> actions,
        String token,
        Executor blocking) {}
