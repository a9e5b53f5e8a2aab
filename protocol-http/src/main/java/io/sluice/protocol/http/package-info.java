/**
 * The HTTP listener: health and metrics for operators and their tools.
 *
 * <p>Runs on the event loops of {@code io.sluice.network}; requests are answered from memory and never block.
 */
@NullMarked
package io.sluice.protocol.http;

import org.jspecify.annotations.NullMarked;
