package io.sluice.log;

import java.nio.file.Path;

/**
 * A place where bytes on disk are not what was written.
 *
 * @param file the segment file
 * @param filePosition where the first damaged batch begins
 * @param lengthBytes bytes until the next readable batch, or to the end
 * @param firstOffset first offset that cannot be read
 * @param nextOffset first offset that can be read again
 * @param reason what is wrong, one sentence
 */
public record DamagedRange(
        Path file, long filePosition, long lengthBytes, long firstOffset, long nextOffset, String reason) {}
