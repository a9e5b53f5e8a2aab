/**
 * The domain. {@link io.sluice.broker.LocalBroker} makes the state machines, opens the shards and wires the services of
 * the packages below; {@link io.sluice.broker.BrokerSettings} says how it behaves. Protocols know
 * {@link io.sluice.broker.api} only.
 */
@NullMarked
package io.sluice.broker;

import org.jspecify.annotations.NullMarked;
