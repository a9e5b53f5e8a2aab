/** Delivery groups against a naive model, and the pieces they are made of. */
@NullMarked
package io.sluice.broker.delivery;

import org.jspecify.annotations.NullMarked;
