/** Record batches of Kafka's format v2: layout, validation, walking, building, compression. */
@NullMarked
package io.sluice.log.batch;

import org.jspecify.annotations.NullMarked;
