/** Tests of topic. */
@NullMarked
package io.sluice.broker.topic;

import org.jspecify.annotations.NullMarked;
