/**
 * The Redis serialization protocol, <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP</a> 2 and 3:
 * {@link io.sluice.protocol.redis.resp.RequestDecoder} cuts what clients send into words, {@link
 * io.sluice.protocol.redis.resp.ReplyWriter} writes replies. Knows no command.
 */
@NullMarked
package io.sluice.protocol.redis.resp;

import org.jspecify.annotations.NullMarked;
