/** Redis clients at a broker: what they write, read and wait for, beside Kafka clients of the same topics. */
@NullMarked
package io.sluice.it.redis;

import org.jspecify.annotations.NullMarked;
