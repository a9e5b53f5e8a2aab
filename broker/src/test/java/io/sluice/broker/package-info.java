/** Tests of the broker as protocols see it, over a real disk. */
@NullMarked
package io.sluice.broker;

import org.jspecify.annotations.NullMarked;
