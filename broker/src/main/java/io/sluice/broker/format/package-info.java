/**
 * The fields of which events and snapshots of state machines are made. What they mean stands in the package description
 * of each machine.
 */
@NullMarked
package io.sluice.broker.format;

import org.jspecify.annotations.NullMarked;
