/**
 * The HTTP listener: health, metrics and administration for operators and their tools.
 *
 * <p>Runs on the event loops of {@code io.sluice.network}; what takes longer is made on threads that may block and sent in
 * pieces.
 */
@NullMarked
package io.sluice.protocol.http;

import org.jspecify.annotations.NullMarked;
