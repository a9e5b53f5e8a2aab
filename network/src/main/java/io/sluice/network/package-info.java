/**
 * Sockets for every protocol: {@link io.sluice.network.Transport} (event loops and buffers), {@link
 * io.sluice.network.Listener} (a bound address and the life of its connections), {@link io.sluice.network.MemoryBudget}
 * (bytes that clients can make the broker hold). A protocol adds its own handler to each connection; whatever blocks
 * runs elsewhere. Knows no protocol and nothing of the broker.
 */
@NullMarked
package io.sluice.network;

import org.jspecify.annotations.NullMarked;
