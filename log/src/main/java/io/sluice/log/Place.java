package io.sluice.log;

/**
 * Where a batch begins in its segment.
 *
 * @param filePosition position in the file
 * @param offset its base offset
 */
record Place(long filePosition, long offset) {}
