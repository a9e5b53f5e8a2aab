/**
 * Records on their way in and out of the command line: {@link io.sluice.cli.records.LineReader lines} become {@link
 * io.sluice.cli.records.InputRecord records} through a {@link io.sluice.cli.records.RecordParser}, records become lines
 * through a {@link io.sluice.cli.records.RecordFormat}, and {@link io.sluice.cli.records.OffsetRanges} remembers what
 * the broker acknowledged.
 *
 * <p>What {@code consume --output json} prints, {@code produce --json} reads back byte for byte.
 */
@NullMarked
package io.sluice.cli.records;

import org.jspecify.annotations.NullMarked;
