/** Tests of what reads and answers requests that are not hot. */
@NullMarked
package io.sluice.protocol.kafka.codec;

import org.jspecify.annotations.NullMarked;
