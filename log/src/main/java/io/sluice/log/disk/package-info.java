/**
 * The Disk seam: the only place of the project that touches files. {@link io.sluice.log.disk.Disk} has a real
 * implementation here and a simulated one among the tests, which drops, tears and reorders what was not synced.
 */
@NullMarked
package io.sluice.log.disk;

import org.jspecify.annotations.NullMarked;
