package io.sluice.log;

/**
 * Where a small segment lies in a file that it shares with others, see {@link Packs}.
 *
 * @param pack number of the file, from 1 on
 * @param filePosition where its bytes begin
 * @param crc CRC-32C of all its bytes
 */
public record PackedPlace(long pack, long filePosition, int crc) {}
