/** Tests of the raft journal. */
@NullMarked
package io.sluice.replication.raft;

import org.jspecify.annotations.NullMarked;
