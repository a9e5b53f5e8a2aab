/**
 * Users and access rules, kept: {@link io.sluice.broker.security.SecurityState} is their state machine (id 2, on shard 0),
 * {@link io.sluice.broker.security.LocalSecurity} offers the services over it. Rules are enforced by
 * {@code broker.access}, which gets them after each commit.
 *
 * <p>State changes on shard 0's apply thread only; look-ups read what it publishes after each commit, on any thread.
 *
 * <h2>Formats</h2>
 *
 * <p>Integers are big-endian; {@code text} is a 2-byte length and UTF-8 bytes, {@code bytes} a 2-byte length and bytes;
 * codes of one byte are those of Kafka's protocol. Of a password its salted, iterated keys are kept (RFC 5802), never
 * itself.
 *
 * <pre>
 * event      type 1, then
 *   1 rule added          rule
 *   2 rule removed        rule
 *   3 credential set      user text | mechanism 1 | credential
 *   4 credential removed  user text | mechanism 1
 *
 * rule       resource type 1 | pattern 1 | resource text | principal type text | principal name text | host text
 *            | operation 1 | permission 1
 * credential iterations 4 | salt bytes | stored key bytes | server key bytes
 *
 * snapshot   format 1 = 1 | rules 4 | rules × rule | credentials 4 | credentials × (user text | mechanism 1 | credential)
 * </pre>
 *
 * <table>
 * <caption>Versions</caption>
 * <tr><th>format</th><th>since</th><th>what changed</th></tr>
 * <tr><td>1</td><td>0.1.0</td><td>first</td></tr>
 * </table>
 */
@NullMarked
package io.sluice.broker.security;

import org.jspecify.annotations.NullMarked;
