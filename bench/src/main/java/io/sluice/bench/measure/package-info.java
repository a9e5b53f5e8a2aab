/**
 * What is compared, one type a measure. A measure runs on one contender at a time, on an empty data folder, and answers
 * figures by name; {@link io.sluice.bench.measure.Row} says which of them becomes a row of the table and where its bar is.
 */
@NullMarked
package io.sluice.bench.measure;

import org.jspecify.annotations.NullMarked;
