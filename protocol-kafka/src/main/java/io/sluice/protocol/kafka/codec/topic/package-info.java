/**
 * Topics: metadata, creating, growing, deleting, offsets, records deleted. One handler per request, stateless, on
 * event loops.
 */
@NullMarked
package io.sluice.protocol.kafka.codec.topic;

import org.jspecify.annotations.NullMarked;
