package io.sluice.broker.stream;

import io.sluice.broker.api.StreamCommand;
import java.util.Optional;

/**
 * A command to be decided.
 *
 * @param command what is wanted
 * @param entry of an add, encoded beforehand; else {@link #NO_ENTRY}
 * @param once of an add that shall happen once only, worked out beforehand
 */
record StreamStep(StreamCommand command, EntryCodec.Encoded entry, Optional<OnceKey> once) {
    static final EntryCodec.Encoded NO_ENTRY = new EntryCodec.Encoded((byte) 0, new byte[0]);

    static StreamStep of(StreamCommand command) {
        return command instanceof StreamCommand.Add add
                ? new StreamStep(
                        command,
                        EntryCodec.encode(add.fields()),
                        add.once().map(once -> OnceKey.of(once, add.fields())))
                : new StreamStep(command, NO_ENTRY, Optional.empty());
    }
}
