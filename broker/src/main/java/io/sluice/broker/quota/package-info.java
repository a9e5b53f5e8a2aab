/**
 * Quotas: what is set, and who uses how much.
 *
 * <p>{@link io.sluice.broker.quota.QuotaState} is the state machine of shard 0 that holds what is set; {@link
 * io.sluice.broker.quota.QuotaTable} is its committed image, which any thread reads; {@link
 * io.sluice.broker.quota.LocalQuotas} is the service over both; {@link io.sluice.broker.quota.TrackedMeters} finds the
 * quota that applies to somebody and the meter of those who share it. Meters are soft state of this process: after a
 * restart everybody begins with nothing used.
 *
 * <h2>Formats</h2>
 *
 * <p>Integers are big-endian; {@code text} is a 4-byte length and UTF-8 bytes; {@code entity} is: parts 1 | parts × (type
 * 1: 1 user, 2 client id, 3 address | 1 if a name follows, 0 for the default | name text); {@code key} is one byte: 1
 * producer_byte_rate, 2 consumer_byte_rate, 3 request_percentage, 4 controller_mutation_rate, 5
 * connection_creation_rate.
 *
 * <pre>
 * event      type 1, then
 *   1 quota set      entity | key 1 | value 8 (IEEE 754)
 *   2 quota removed  entity | key 1
 *
 * snapshot   format 1 = 1 | entities 4 | entities × (entity | quotas 1 | quotas × (key 1 | value 8))
 * </pre>
 *
 * <table>
 * <caption>Versions</caption>
 * <tr><th>format</th><th>since</th><th>what changed</th></tr>
 * <tr><td>1</td><td>0.1.0</td><td>first</td></tr>
 * </table>
 */
@NullMarked
package io.sluice.broker.quota;

import org.jspecify.annotations.NullMarked;
