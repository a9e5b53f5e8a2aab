/**
 * The Redis door: {@link io.sluice.protocol.redis.RedisProtocol} listens, {@link io.sluice.protocol.redis.RedisConnection} answers
 * one client's requests in their order. Commands of a client that change streams are gathered while an earlier lot of them is on
 * its way to the disk, so that however deep a client pipelines, a lot costs one commit; what reads waits until everything that the
 * client changed before is committed. Event loops never block.
 */
@NullMarked
package io.sluice.protocol.redis;

import org.jspecify.annotations.NullMarked;
