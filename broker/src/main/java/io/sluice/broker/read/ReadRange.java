package io.sluice.broker.read;

/**
 * What a reader wants.
 *
 * @param offset from the batch that holds it
 * @param maxBytes no more than this
 * @param atLeastOne but one batch even if it is larger
 */
public record ReadRange(long offset, int maxBytes, boolean atLeastOne) {}
