/** Tests of quota. */
@NullMarked
package io.sluice.broker.quota;

import org.jspecify.annotations.NullMarked;
