package io.sluice.log.batch;

/**
 * Why one record of a batch was refused, and the batch with it.
 *
 * @param index of the record in its batch, from 0
 * @param text one sentence without capital or full stop, for people
 */
public record RecordFault(int index, String text) {}
