/**
 * Trains the JVM's ahead-of-time cache: {@link io.sluice.server.training.TrainCommand} runs a broker for a moment and uses
 * it as clients do, so that the classes and profiles of a start and of the first requests are in the cache.
 */
@NullMarked
package io.sluice.server.training;

import org.jspecify.annotations.NullMarked;
