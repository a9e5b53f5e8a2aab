/** Bytes that no client would send, thrown at a listener while an honest client goes on beside them. */
@NullMarked
package io.sluice.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
