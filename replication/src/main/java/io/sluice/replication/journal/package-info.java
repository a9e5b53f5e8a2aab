/**
 * Journals: what makes an entry durable, and the file format of the local one. Reading order: {@link
 * io.sluice.replication.journal.JournalFiles} (what callers see), {@code JournalWriter} (the chain's end), {@code
 * ChainReader} (finding the end again), {@code TailRewriter} (an unclean start), {@code FilePool} (preparing and
 * recycling files). Must not depend on what entries mean.
 *
 * <h2>Format, version 1</h2>
 * Files {@code 000.journal}, {@code 001.journal} … keep their names; the sequence number in the header gives their order.
 * All numbers are big-endian. Nothing but headers of files that hold no live block is ever written twice.
 *
 * <pre>
 * file    | header page, 4 KiB | block | block | … | zeros or blocks of an earlier life (other salt) |
 *
 * file header:  0 int magic "SLJF"   4 int version   8 long salt   16 long sequence
 *              24 long oldestSequence: files below it were trimmed   32 int CRC-32C of bytes 0–31
 *
 * block, starts at 4 KiB boundaries, padded with zeros to the next:
 *               0 int magic "SLJB"   4 int page: position in the file / 4096   8 long salt of the file
 *              16 long LSN   24 long syncedTo: all blocks up to this LSN were durable when this one was written
 *              32 long previousIndex   40 long previousTerm: of the newest entry before this block
 *              48 int body bytes   52 int entries   56 byte type   57 3 bytes: 0, or 1 + the number of
 *              entries before this block that were not known to be committed when it was written
 *              60 int CRC-32C of the body   64 int CRC-32C of bytes 0–63   68 4 zero bytes   72 body
 *
 * type 1 ENTRIES   body: per entry (8 index, 8 term, 4 body bytes, 1 type, 3 zero bytes), then all bodies
 *      2 TRUNCATE  body: 8 keptLsn, 8 keptIndex, 8 keptTerm, 8 coversTo. Entries above keptIndex are gone.
 *      3 RESET     body: the same. All entries are gone, the next has index keptIndex + 1.
 *      4 PROOF     no body: says only syncedTo
 *      5 CLOSE     no body: the journal was closed; becomes a PROOF in place at the next start
 * </pre>
 *
 * <h2>The chain</h2>
 * A block belongs to the chain if magic, page, salt and CRC are right and its LSN is the previous + 1. Where the file has
 * no such block, the chain goes on with the first block of the next file; or with the first block of a later file that is
 * a TRUNCATE or RESET with keptLsn ≤ the last LSN: an unclean start wrote it, and every block behind keptLsn is void,
 * readable or not.
 *
 * <p>Where the chain ends, any block further on whose syncedTo reaches the missing LSN proves that it had been
 * acknowledged: damage. Otherwise it is a torn tail and is cut.
 *
 * <p>An unclean start trusts nothing behind the highest syncedTo it can read, since a failed sync may have left pages
 * that read well from the cache and are not on the medium. It copies the entries behind it into a fresh file, syncs, and
 * only then writes that file's first block: TRUNCATE (or RESET, if the void blocks held one) with keptLsn = that
 * syncedTo and coversTo = the last copied LSN. So the copy counts entirely or not at all. Then a PROOF follows. A start that
 * finds more empty space than entries in three files or more copies all entries that are needed, behind a RESET, and the
 * files before are free.
 */
@NullMarked
package io.sluice.replication.journal;

import org.jspecify.annotations.NullMarked;
