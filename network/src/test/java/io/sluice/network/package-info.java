/** Tests of network. */
@NullMarked
package io.sluice.network;

import org.jspecify.annotations.NullMarked;
