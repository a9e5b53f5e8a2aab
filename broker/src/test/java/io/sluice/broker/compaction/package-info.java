/** Tests of what is compacted when. */
@NullMarked
package io.sluice.broker.compaction;

import org.jspecify.annotations.NullMarked;
