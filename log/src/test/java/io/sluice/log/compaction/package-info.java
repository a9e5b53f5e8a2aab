/** Tests of what compaction remembers of keys. */
@NullMarked
package io.sluice.log.compaction;

import org.jspecify.annotations.NullMarked;
