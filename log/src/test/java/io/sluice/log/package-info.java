/** Tests of partition logs. */
@NullMarked
package io.sluice.log;

import org.jspecify.annotations.NullMarked;
