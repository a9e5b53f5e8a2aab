/**
 * Brokers that are killed and machines that lose power, under real idempotent producers or Redis clients.
 *
 * <p>{@link io.sluice.testkit.crash.CrashScenario} kills a broker's process again and again;
 * {@link io.sluice.testkit.crash.PowerCutScenario} takes the bytes of its disk at the moment of the cut and goes on with
 * those; {@link io.sluice.testkit.crash.StreamCrashScenario} does both to a stream with a group. All end by reading everything
 * and checking it against what was acknowledged. Their controls (a durability that does not keep what the cut takes) must fail,
 * otherwise the test proves nothing.
 */
@NullMarked
package io.sluice.testkit.crash;

import org.jspecify.annotations.NullMarked;
