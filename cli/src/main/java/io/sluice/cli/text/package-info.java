/**
 * Text as people write and read it: {@link io.sluice.cli.text.TimeExpression points in time}, {@link
 * io.sluice.cli.text.DurationText durations}, {@link io.sluice.cli.text.Table tables} and {@link
 * io.sluice.cli.text.Printable bytes that are safe to show}.
 *
 * <p>Pure functions of their arguments: no clock, no terminal, no clients. Any thread may call them.
 */
@NullMarked
package io.sluice.cli.text;

import org.jspecify.annotations.NullMarked;
