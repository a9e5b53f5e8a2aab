package io.sluice.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.sluice.common.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * At most so many events of one kind (same logger, same words before the values) in ten seconds; the first that passes
 * afterwards tells how many did not. Keeps a storm of the same trouble from filling the disk and hiding other trouble. Any
 * thread.
 */
final class FloodGate {
    static final int EVENTS_MAX = 100;
    private static final long PERIOD_NS = 10_000_000_000L;
    private static final int KINDS_MAX = 1_000;
    private static final String AUDIT = "sluice.audit";

    /** The consensus engine: it says several times a second that a node is away, and what matters of that we say ourselves. */
    private static final String ENGINE = "com.alipay.sofa.";

    static final int ENGINE_EVENTS_MAX = 1;

    private final Clock clock;
    private final Map<Kind, Flow> flows = new HashMap<>();

    private record Kind(String logger, String words) {}

    private static final class Flow {
        private long sinceNs;
        private int passed;
        private long keptBack;
    }

    FloodGate(Clock clock) {
        this.clock = clock;
    }

    /** −1 if the event is kept back, else how many of its kind were kept back before it. The audit trail has its own limit. */
    synchronized long pass(ILoggingEvent event) {
        if (event.getLoggerName().equals(AUDIT)) {
            return 0;
        }
        Kind kind = new Kind(event.getLoggerName(), String.valueOf(event.getMessage()));
        Flow flow = flows.get(kind);
        if (flow == null) {
            if (flows.size() >= KINDS_MAX) {
                flows.clear();
            }
            flow = new Flow();
            flow.sinceNs = clock.nanoTime();
            flows.put(kind, flow);
        }
        if (clock.nanoTime() - flow.sinceNs >= PERIOD_NS) {
            flow.sinceNs = clock.nanoTime();
            flow.passed = 0;
        }
        if (flow.passed >= (kind.logger().startsWith(ENGINE) ? ENGINE_EVENTS_MAX : EVENTS_MAX)) {
            flow.keptBack++;
            return -1;
        }
        flow.passed++;
        long keptBack = flow.keptBack;
        flow.keptBack = 0;
        return keptBack;
    }
}
