/**
 * Share groups whose brokers die: {@link io.sluice.testkit.delivery.RejectedRecords} rejects every other record and counts the
 * dead letters in the end. Kills are the caller's.
 */
@NullMarked
package io.sluice.testkit.delivery;

import org.jspecify.annotations.NullMarked;
