/**
 * What compaction remembers of keys: {@link io.sluice.log.compaction.KeyHash} stands for a key,
 * {@link io.sluice.log.compaction.KeyOffsets} knows the newest offset of each,
 * {@link io.sluice.log.compaction.LiveOffsets} which records stay. Memory is bounded; nothing here knows files. Used by one
 * thread each.
 */
@NullMarked
package io.sluice.log.compaction;

import org.jspecify.annotations.NullMarked;
