/** Many clients for a while: three minutes of what {@code bench/run soak} does for thirty. */
@NullMarked
package io.sluice.it.soak;

import org.jspecify.annotations.NullMarked;
