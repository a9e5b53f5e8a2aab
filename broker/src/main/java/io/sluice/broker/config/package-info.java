/**
 * Configurations with Kafka's names, defaults and bounds: {@link io.sluice.broker.config.ConfigKey} is one,
 * {@link io.sluice.broker.config.BrokerConfigs} and {@link io.sluice.broker.config.TopicConfigs} are the tables, which
 * DescribeConfigs and the settings reference print. Everything here is immutable. Knows the log's and the shard's
 * settings, no service.
 */
@NullMarked
package io.sluice.broker.config;

import org.jspecify.annotations.NullMarked;
