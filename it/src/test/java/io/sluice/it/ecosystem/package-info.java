/** Programs made for Apache Kafka, unmodified, against a running broker. */
@NullMarked
package io.sluice.it.ecosystem;

import org.jspecify.annotations.NullMarked;
