/**
 * Numbers of single topics and groups for operators: {@link io.sluice.broker.observe.TopicSeries} and {@link
 * io.sluice.broker.observe.GroupSeries}, read from {@code broker.api} when somebody asks. Both are bounded: what goes beyond
 * is summed up under one label, so that a client that makes topics or groups without end makes no endless answer.
 */
@NullMarked
package io.sluice.broker.observe;

import org.jspecify.annotations.NullMarked;
