/**
 * What time takes away: records past their retention and producers that have gone silent. The clock is read here, by the
 * leader, and the outcome proposed to the shard as a control entry; apply never reads a clock.
 *
 * <p>{@link io.sluice.broker.retention.Housekeeping} owns the thread, {@link io.sluice.broker.retention.Retention} and
 * {@link io.sluice.broker.retention.ProducerExpiry} are one round each of what it does.
 */
@NullMarked
package io.sluice.broker.retention;

import org.jspecify.annotations.NullMarked;
