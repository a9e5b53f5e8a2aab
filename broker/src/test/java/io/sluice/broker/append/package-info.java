/** Tests of append. */
@NullMarked
package io.sluice.broker.append;

import org.jspecify.annotations.NullMarked;
