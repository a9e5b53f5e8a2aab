/**
 * A broker under many clients for a long time: nothing it acknowledged may be lost, and what it holds may not grow.
 *
 * <p>{@link io.sluice.testkit.soak.SoakScenario} plays a {@link io.sluice.testkit.soak.SoakPlan}: {@code SoakLoad} runs
 * the clients ({@code SteadyWriter}, {@code SteadyMember}, {@code TopicChurner}, {@code GroupChurner}, {@code Auditor},
 * {@code Onlooker}), {@code BrokerWatch} looks at the process, and in the middle the broker is killed. What clients did
 * and saw is written into {@code SoakBooks}; {@code SoakBars} judges books and samples, without any clock or broker, so
 * that tests can show it samples of a leak.
 */
@NullMarked
package io.sluice.testkit.soak;

import org.jspecify.annotations.NullMarked;
