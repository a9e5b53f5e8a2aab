package io.sluice.broker.access;

import io.sluice.broker.api.Caller;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.common.Clock;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one caller was refused, and what it changed about users and rules, one structured line each in the log
 * {@code sluice.audit}. A caller that asks again and again gets ten lines at once and then one a second; what is kept back
 * is counted, and the number stands in its next line or, at the latest, in the one that ends its trail. Any thread.
 */
final class AuditTrail {
    /** Whoever reads logs by name finds all denials here. */
    static final String LOGGER_NAME = "sluice.audit";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER_NAME);
    private static final int BURST_LINES = 10;
    private static final long INTERVAL_NS = 1_000_000_000L;

    private final Caller caller;
    private final Clock clock;
    private final LongAdder total;
    private int linesLeft = BURST_LINES;
    private long refilledNs;
    private long keptBack;

    /** {@code total} counts the denials of all callers. */
    AuditTrail(Caller caller, Clock clock, LongAdder total) {
        this.caller = caller;
        this.clock = clock;
        this.total = total;
        refilledNs = clock.nanoTime();
    }

    void denied(Operation operation, ResourceType type, String name) {
        total.increment();
        long unseen = takeLine();
        if (unseen < 0) {
            return;
        }
        LOG.warn(
                "denied principal={} host={} operation={} resource={} name={} kept_back={}",
                quoted(caller.principal().toString()),
                quoted(caller.host()),
                operation,
                type,
                quoted(name),
                unseen);
    }

    /** The caller changed who may do what; every change is told. */
    void changed(String what, Object detail) {
        LOG.info(
                "changed principal={} host={} what={} detail={}",
                quoted(caller.principal().toString()),
                quoted(caller.host()),
                what,
                quoted(detail.toString()));
    }

    /** The caller has gone: the denials that no line told are told as a number. */
    void end() {
        long unseen = takeKeptBack();
        if (unseen > 0) {
            LOG.warn(
                    "denied principal={} host={} kept_back={}",
                    quoted(caller.principal().toString()),
                    quoted(caller.host()),
                    unseen);
        }
    }

    /** How many denials are told with this line, or −1 if there is none for this one. */
    private synchronized long takeLine() {
        long seconds = (clock.nanoTime() - refilledNs) / INTERVAL_NS;
        if (seconds > 0) {
            refilledNs += seconds * INTERVAL_NS;
            linesLeft = (int) Math.min(BURST_LINES, linesLeft + seconds);
        }
        if (linesLeft == 0) {
            keptBack++;
            return -1;
        }
        linesLeft--;
        return takeKeptBack();
    }

    private synchronized long takeKeptBack() {
        long unseen = keptBack;
        keptBack = 0;
        return unseen;
    }

    /** Names come from clients: whatever could end the line or the quotes is escaped. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
