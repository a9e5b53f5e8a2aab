package io.sluice.broker.api;

/**
 * A stream as it was at one moment; immutable, and its entries stay readable until they are trimmed. Any thread. Places in
 * the stream are offsets of its partition.
 */
public interface StreamView {
    /** Instead of an offset: the answer is on disk, ask again where blocking is allowed. */
    long ON_DISK = -1;

    /** Id of the entry added last, or what was set since; 0-0 if there was none. */
    EntryId lastId();

    /** Largest id that was deleted, 0-0 if none was. */
    EntryId maxDeletedId();

    /** How many entries were ever added. */
    long entriesAdded();

    /** How many entries there are; of a compacted topic roughly. */
    long length();

    /** Blocks of entries, of which a rough trim drops whole ones. */
    long blockCount();

    /** How many consumer groups it has. */
    int groupCount();

    /** What it remembers of entries that shall be added once only. */
    OnceFigures once();

    /** When it goes, wall time; {@link Long#MAX_VALUE} for never. */
    long expiresWallMs();

    /** Whether it was made as a stream; else it is a topic whose ids are offset + 1. */
    boolean isOwnStream();

    /** Bytes of its log, in memory and on disk together, entries that are deleted and not yet gone included. */
    long sizeBytes();

    /** Offset of the first entry, {@link #endOffset} if there is none. */
    long firstOffset();

    /** Offset behind the last entry. */
    long endOffset();

    /** How many entries lie from the offset to before the other; exact for {@link #isOwnStream} only, else at least as many. */
    long countBetween(long fromOffset, long toOffset);

    /** From where on there are so many entries before the offset; {@link #firstOffset} if there are fewer. */
    long offsetBack(long beforeOffset, long count);

    /** Offset of the first entry whose id is not before this one, or {@link #ON_DISK}. */
    long find(EntryId id, boolean mayBlock);

    /**
     * Gives entries to the sink, from the offset to before the other, as many as {@code countMax} and, but for the first, as
     * fit into about {@code bytesMax}. Answers the offset to go on from, which is {@code toOffset} at the end, or {@link
     * #ON_DISK} if nothing was given because it would have to block. Throws
     * {@link io.sluice.log.DamagedLogException} or {@link io.sluice.log.disk.DiskException} where it may block.
     */
    long read(Range range, boolean mayBlock, StreamSink sink);

    /**
     * What to read.
     *
     * @param fromOffset first
     * @param toOffset behind the last
     * @param countMax entries, at least 1
     * @param bytesMax of records
     */
    record Range(long fromOffset, long toOffset, long countMax, int bytesMax) {}
}
