/** Tests of the nodes and shards of a cluster. */
@NullMarked
package io.sluice.broker.cluster;

import org.jspecify.annotations.NullMarked;
