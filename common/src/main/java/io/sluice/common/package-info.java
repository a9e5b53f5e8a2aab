/**
 * What every module may use: checks, time, identifiers, errors, buffers.
 *
 * <p>Depends on the JDK only. Nothing here makes a thread or reads a clock except {@link io.sluice.common.SystemClock}.
 */
@NullMarked
package io.sluice.common;

import org.jspecify.annotations.NullMarked;
