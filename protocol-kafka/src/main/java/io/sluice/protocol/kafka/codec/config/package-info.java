/**
 * Configurations of topics, brokers, groups and loggers: looked at, changed, listed. One handler per request, stateless,
 * on event loops.
 */
@NullMarked
package io.sluice.protocol.kafka.codec.config;

import org.jspecify.annotations.NullMarked;
