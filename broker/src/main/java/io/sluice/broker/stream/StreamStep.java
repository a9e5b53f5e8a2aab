package io.sluice.broker.stream;

import io.sluice.broker.api.StreamCommand;

/**
 * A command to be decided.
 *
 * @param command what is wanted
 * @param entry of an add, encoded beforehand; else {@link #NO_ENTRY}
 */
record StreamStep(StreamCommand command, EntryCodec.Encoded entry) {
    static final EntryCodec.Encoded NO_ENTRY = new EntryCodec.Encoded((byte) 0, new byte[0]);

    static StreamStep of(StreamCommand command) {
        return new StreamStep(
                command, command instanceof StreamCommand.Add add ? EntryCodec.encode(add.fields()) : NO_ENTRY);
    }
}
