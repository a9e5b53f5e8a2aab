/** Requests about quotas: what is set, and setting it. */
@NullMarked
package io.sluice.protocol.kafka.codec.quota;

import org.jspecify.annotations.NullMarked;
