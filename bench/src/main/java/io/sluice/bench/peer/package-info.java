/** The brokers that are compared: ours and Apache Kafka, each as a process with its data in a folder of its own. */
@NullMarked
package io.sluice.bench.peer;

import org.jspecify.annotations.NullMarked;
