/** The cluster itself: versions, nodes, configuration, producer ids. One handler per request, stateless, on event loops. */
@NullMarked
package io.sluice.protocol.kafka.codec.cluster;

import org.jspecify.annotations.NullMarked;
