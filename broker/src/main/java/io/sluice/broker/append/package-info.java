/**
 * The way in: a batch is checked and stamped here, on the caller's thread, and then handed to the shard of its partition.
 * Nothing here knows topics by name or protocols.
 */
@NullMarked
package io.sluice.broker.append;

import org.jspecify.annotations.NullMarked;
