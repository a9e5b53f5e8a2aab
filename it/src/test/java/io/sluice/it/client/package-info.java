/** Unmodified client libraries, of today and of five years ago, against a real broker process. */
@NullMarked
package io.sluice.it.client;

import org.jspecify.annotations.NullMarked;
