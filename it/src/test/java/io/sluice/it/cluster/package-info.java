/** Several nodes. */
@NullMarked
package io.sluice.it.cluster;

import org.jspecify.annotations.NullMarked;
