/**
 * Record batches of Kafka's format v2. {@link io.sluice.log.batch.BatchLayout} is the layout,
 * {@link io.sluice.log.batch.BatchHeader} reads it, {@link io.sluice.log.batch.BatchValidator} lets clients' batches in,
 * {@link io.sluice.log.batch.RecordCursor} walks records, {@link io.sluice.log.batch.BatchBuilder} builds batches.
 * Everything works on byte buffers; nothing here knows files or threads.
 */
@NullMarked
package io.sluice.log.batch;

import org.jspecify.annotations.NullMarked;
