/**
 * Redis commands, as data: {@link io.sluice.protocol.redis.command.CommandTable} finds one, its handler turns a request into a
 * {@link io.sluice.protocol.redis.command.Plan}, and the connection carries that out, alone or within a transaction. Handlers know
 * no connection and never block. Error texts are those of Redis 8.
 */
@NullMarked
package io.sluice.protocol.redis.command;

import org.jspecify.annotations.NullMarked;
