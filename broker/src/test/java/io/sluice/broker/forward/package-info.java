/** Tests of commands that travel. */
@NullMarked
package io.sluice.broker.forward;

import org.jspecify.annotations.NullMarked;
