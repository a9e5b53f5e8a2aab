package io.sluice.protocol.redis;

import io.sluice.common.Clock;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What the door gets from the program around it.
 *
 * @param clock time
 * @param blocking runs reads of the disk and checks of passwords, best on virtual threads
 * @param random for passwords and choices; safe for several threads
 * @param version of Sluice, for INFO
 * @param runId 40 hexadecimal digits, other ones at each start
 */
public record RedisHost(Clock clock, Executor blocking, RandomGenerator random, String version, String runId) {}
