/**
 * Configurations that change while the broker runs: those of brokers and groups are the state machine
 * {@link io.sluice.broker.dynamic.ConfigsState} of shard 0, those of topics belong to the topics.
 * {@link io.sluice.broker.dynamic.LocalConfigs} is the service over both; what is committed goes into
 * {@link io.sluice.broker.config.LiveConfigs}, where everybody reads it.
 *
 * <p>State changes on shard 0's apply thread only.
 *
 * <h2>Formats</h2>
 *
 * <p>Integers are big-endian; {@code text} is a 4-byte length and UTF-8 bytes; {@code kind} is one byte: 1 broker,
 * 2 group; the name of a broker is its number, empty for all brokers.
 *
 * <pre>
 * event      type 1, then
 *   1 configured   kind 1 | name text | configs 4 | configs × (name text, value text)    all it has from now on
 *
 * snapshot   format 1 = 1 | resources 4 | resources × (as in event 1)
 * </pre>
 *
 * <table>
 * <caption>Versions</caption>
 * <tr><th>format</th><th>since</th><th>what changed</th></tr>
 * <tr><td>1</td><td>0.1.0</td><td>first</td></tr>
 * </table>
 */
@NullMarked
package io.sluice.broker.dynamic;

import org.jspecify.annotations.NullMarked;
