/**
 * Configurations with Kafka's names, defaults and bounds: {@link io.sluice.broker.config.ConfigKey} is one,
 * {@link io.sluice.broker.config.BrokerConfigs}, {@link io.sluice.broker.config.TopicConfigs} and
 * {@link io.sluice.broker.config.GroupConfigs} are the tables, which DescribeConfigs and the settings reference print.
 * {@link io.sluice.broker.config.LiveConfigs} holds the values of now; everything else is immutable. Knows the log's and
 * the shard's settings, no service but its words ({@code ConfigEntry}, {@code ConfigService.Change}).
 */
@NullMarked
package io.sluice.broker.config;

import org.jspecify.annotations.NullMarked;
