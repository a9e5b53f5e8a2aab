/**
 * How commands on the same machine speak with a running broker: {@link io.sluice.server.control.ControlFile} in the data
 * directory tells the address of a listener for them and a token that changes at each start, {@link
 * io.sluice.server.control.ControlClient} uses it, and the {@code …Action} classes do what is asked for.
 *
 * <p>Who may read that file may ask; nobody else can.
 */
@NullMarked
package io.sluice.server.control;

import org.jspecify.annotations.NullMarked;
