/** Tests of moves of partitions between shards. */
@NullMarked
package io.sluice.broker.move;

import org.jspecify.annotations.NullMarked;
