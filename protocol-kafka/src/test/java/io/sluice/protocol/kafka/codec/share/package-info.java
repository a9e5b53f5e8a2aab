/** Tests of {@link io.sluice.protocol.kafka.codec.share}. */
@NullMarked
package io.sluice.protocol.kafka.codec.share;

import org.jspecify.annotations.NullMarked;
