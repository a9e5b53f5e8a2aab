/**
 * Security in Kafka's protocol: SASL (KIP-43, KIP-152, KIP-368), access rules (KIP-140, KIP-290) and password credentials
 * (KIP-554). {@link io.sluice.protocol.kafka.codec.Authentication} is the state of one connection's login. One
 * handler per request, stateless, on event loops.
 */
@NullMarked
package io.sluice.protocol.kafka.codec.security;

import org.jspecify.annotations.NullMarked;
