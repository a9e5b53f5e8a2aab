/** The cluster itself: versions, features, nodes, disks, quorum, producer ids. One stateless handler per request, on event loops. */
@NullMarked
package io.sluice.protocol.kafka.codec.cluster;

import org.jspecify.annotations.NullMarked;
