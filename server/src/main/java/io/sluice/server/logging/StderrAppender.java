package io.sluice.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sluice.common.SystemClock;
import java.io.PrintStream;

/** Writes events to stderr, each as one write, in the format of the moment. */
final class StderrAppender extends AppenderBase<ILoggingEvent> {
    private final FloodGate gate = new FloodGate(new SystemClock());
    private volatile LineFormat format = new TextLayout();

    void use(LineFormat other) {
        format = other;
    }

    @Override
    protected void append(ILoggingEvent event) {
        long keptBack = gate.pass(event);
        if (keptBack >= 0) {
            PrintStream stderr = System.err;
            stderr.print(format.line(event, keptBack));
            stderr.flush();
        }
    }
}
