/**
 * The process's log: {@link io.sluice.server.logging.ProcessLog} sets it up in code and changes it while it runs, {@link
 * io.sluice.server.logging.TextLayout} and {@link io.sluice.server.logging.JsonLayout} write a line an event, {@link
 * io.sluice.server.logging.Secrets} and {@link io.sluice.server.logging.FloodGate} keep out what must not or need not be
 * there.
 *
 * <p>Any thread logs. Knows logback and {@code broker.api}; nothing else of the process.
 */
@NullMarked
package io.sluice.server.logging;

import org.jspecify.annotations.NullMarked;
