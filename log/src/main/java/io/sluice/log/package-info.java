/** Partition logs: what committed batches look like on disk, and how they are found again. */
@NullMarked
package io.sluice.log;

import org.jspecify.annotations.NullMarked;
