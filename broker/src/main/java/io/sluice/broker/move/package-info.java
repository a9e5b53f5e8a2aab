/**
 * Moves partitions from one shard to another, "seal and adopt".
 *
 * <p>What shall be is in the metadata ({@link io.sluice.broker.topic.PartitionMove}); {@link io.sluice.broker.move.Mover} does
 * what is this node's part of it, and does it again after a failure until the metadata says that it is done. No apply waits for
 * another shard: every step is an entry of one shard's journal that changes nothing if it comes again.
 *
 * <pre>
 *   metadata          old shard, its leader           new shard, its leader
 *   begun ──────────► (serves)                        arrive: an empty copy that nobody sees
 *                     (serves) ──batches─────────────► import, through the journal
 *                     seal: takes nothing more ◄────── little is left
 *                              ──the rest────────────► import
 *                              ──its groups──────────► events of its slot
 *   sealed ◄──────────────────────────────────────────
 *          ──────────────────────────────────────────► adopt: serves from here on
 *   adopted ◄─────────────────────────────────────────
 *          ─────────► leave: files are deleted
 *   done   ◄─────────
 * </pre>
 *
 * <p>A compacted log is copied from one leader and between two passes of compaction, or once more from the beginning ({@link
 * io.sluice.broker.move.Piece.Origin}); gaps become batches without records ({@link io.sluice.broker.move.GaplessBatches}).
 *
 * <p>Its delivery groups are read behind the seal, since whoever decides about them finds it sealed from there on ({@link
 * io.sluice.broker.delivery.GroupMoves}). They are there before it is adopted, and gone before it leaves.
 *
 * <p>Slots of consumer groups move between shards in the same way ({@link io.sluice.broker.move.SlotMover}).
 *
 * <p>What is sealed or arriving for a move that the metadata does not know any more was taken back: it is unsealed, or leaves.
 */
@NullMarked
package io.sluice.broker.move;

import org.jspecify.annotations.NullMarked;
