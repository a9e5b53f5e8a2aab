/**
 * A running broker: {@link io.sluice.server.node.BrokerNode} opens data directory, broker and listeners in order and stops
 * them in reverse. Commands, the demo and the training of the start cache all run the same node.
 *
 * <p>Makes the process's threads ({@link io.sluice.server.node.BrokerThreads}), clock and randomness.
 */
@NullMarked
package io.sluice.server.node;

import org.jspecify.annotations.NullMarked;
