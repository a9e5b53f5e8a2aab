/** Topics: metadata, creating, deleting, offsets. One handler per request, stateless, on event loops. */
@NullMarked
package io.sluice.protocol.kafka.codec.topic;

import org.jspecify.annotations.NullMarked;
