/**
 * The Kafka protocol. {@link io.sluice.protocol.kafka.KafkaProtocol} binds a listener; each connection is a {@code
 * KafkaConnection}, owned by its event loop, that cuts frames, starts requests in order and sends answers in the same
 * order. Produce and Fetch are written by hand here; all other requests are in {@code codec}.
 */
@NullMarked
package io.sluice.protocol.kafka;

import org.jspecify.annotations.NullMarked;
