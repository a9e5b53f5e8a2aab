/** Tests of batches. */
@NullMarked
package io.sluice.log.batch;

import org.jspecify.annotations.NullMarked;
