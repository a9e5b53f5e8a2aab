/**
 * Any node takes what only the leader of the metadata can decide, and sends it there.
 *
 * <p>{@link io.sluice.broker.forward.Forwarding} stands for shard 0 as whoever has commands for it sees it: here they are
 * decided if this node leads, else by the node that does, and the answer is given once this node has applied what was
 * decided, so that its clients see what they did. {@link io.sluice.broker.forward.ForwardedCommand} is a command that can
 * travel.
 *
 * <h2>Messages between nodes</h2>
 *
 * <p>Integers are big-endian; {@code text} is a 4-byte length and UTF-8 bytes. Nodes of one cluster may be of two releases:
 * a kind keeps its meaning, what is new gets a new kind.
 *
 * <pre>
 * request   kind 1, then what the command writes
 * answer    0 | index 8 of the entry that holds what was decided, or one behind it | what the command answers
 *           1 | error 4, Kafka's code | 1 if nothing was decided, 0 if that is not known
 * </pre>
 */
@NullMarked
package io.sluice.broker.forward;

import org.jspecify.annotations.NullMarked;
