/**
 * {@code sluice topic}: {@link io.sluice.cli.topic.TopicCommand} lists the commands. Each asks and changes through Kafka's
 * admin client only. For the command's thread.
 */
@NullMarked
package io.sluice.cli.topic;

import org.jspecify.annotations.NullMarked;
