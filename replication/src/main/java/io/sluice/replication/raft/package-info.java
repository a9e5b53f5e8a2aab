/**
 * The journal that several nodes keep together: SOFAJRaft 1.4.1 decides, the bytes lie in our files and travel in our
 * messages. No class of the engine is used outside this package, and no other part of it than its core: Bolt, Hessian and
 * RocksDB are not on the class path. Reading order: {@link io.sluice.replication.raft.RaftJournal} (a shard's journal),
 * {@link io.sluice.replication.raft.RaftMember} (what all journals of a node share), {@code EntryLog} (the engine's log over
 * the journal files), {@code VoteStorage} and {@code CheckpointStorage} (what else it remembers), {@code PeerCalls} (its
 * messages). Must not depend on what entries mean.
 *
 * <h2>Files</h2>
 * Beside the shard's {@code journal/}: {@code vote} (8 long term, 4 int node voted for or 0) and {@code raft-checkpoint}
 * (8 long index, 8 long term, then the members as in a configuration entry), both a {@code SlotFile}: two pages of 4 KiB
 * with the same content, of which one is whole whatever happens.
 *
 * <pre>
 * page:  0 int magic "SLSF"   4 int version   8 long sequence   16 int length   20 content   4092 int CRC-32C of the rest
 * </pre>
 *
 * While a part whose journal was lost is in quarantine there is {@code quarantine}, with the reason in words; the lost journal
 * is {@code journal.damaged-N}.
 *
 * <p>Types of journal entries: 1 data, 2 configuration (four lists of node ids: members, learners, and both as they were
 * before the change; each a count, −1 for none, and so many ints), 3 no content.
 *
 * <h2>Between nodes</h2>
 * One connection each way for all groups, with frames ({@code Frame}): the engine's messages, and requests of others who
 * have something to ask ({@code PeerRequests}), as a replica that fetches another one's checkpoint, or one in quarantine that
 * wants to know what it lacks ({@code LogEnds}).
 *
 * <h2>What the engine is trusted with, and what not</h2>
 * It goes on after failures that must end a process: a vote that could not be written, a cut below applied entries, a log
 * storage that threw. So every such failure goes to {@link io.sluice.replication.raft.Halt} here, before the engine hears of
 * it.
 */
@NullMarked
package io.sluice.replication.raft;

import org.jspecify.annotations.NullMarked;
