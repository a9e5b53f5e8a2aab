/**
 * Topics: metadata, creating, growing, deleting, offsets, configurations (those of brokers and groups too). One handler
 * per request, stateless, on event loops.
 */
@NullMarked
package io.sluice.protocol.kafka.codec.topic;

import org.jspecify.annotations.NullMarked;
