/** Consumer groups of both protocols and committed offsets. One handler per request, stateless, on event loops. */
@NullMarked
package io.sluice.protocol.kafka.codec.group;

import org.jspecify.annotations.NullMarked;
