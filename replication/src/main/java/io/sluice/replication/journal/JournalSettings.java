package io.sluice.replication.journal;

/**
 * Sizes of a journal's files.
 *
 * @param firstFileBytes size of the very first file, small so that the first start is fast
 * @param fileBytes size of every other file
 * @param budgetBytes all files together stay below this
 */
public record JournalSettings(long firstFileBytes, long fileBytes, long budgetBytes) {
    /** 4 MiB, 64 MiB, 1 GiB. */
    public static final JournalSettings DEFAULT = new JournalSettings(4L << 20, 64L << 20, 1L << 30);
}
