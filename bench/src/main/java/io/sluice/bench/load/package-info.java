/**
 * Load that costs the client little: frames built once and sent many times from one thread over all connections, so that
 * the broker is what is measured.
 */
@NullMarked
package io.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
