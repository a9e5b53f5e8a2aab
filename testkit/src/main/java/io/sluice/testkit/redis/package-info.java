/**
 * A real redis-server beside the broker: random commands by seed to both, replies compared ({@link
 * io.sluice.testkit.redis.Differential}). Command families make the commands, {@link
 * io.sluice.testkit.redis.VersionDifferences} says where the two may differ and why.
 */
@NullMarked
package io.sluice.testkit.redis;

import org.jspecify.annotations.NullMarked;
