package io.sluice.broker.api;

import java.util.Optional;

/** What became of a {@link StreamCommand}. */
public sealed interface StreamAnswer
        permits StreamAnswer.Id,
                StreamAnswer.Count,
                StreamAnswer.None,
                StreamAnswer.Done,
                StreamAnswer.Seen,
                StreamAnswer.Refused,
                GroupAnswer {
    /** The entry has this id. */
    record Id(EntryId id) implements StreamAnswer {}

    /** So many. */
    record Count(long count) implements StreamAnswer {
        /** Nothing happened. */
        public static final Count ZERO = new Count(0);

        /** It happened to one. */
        public static final Count ONE = new Count(1);
    }

    /** Nothing was to be done. */
    record None() implements StreamAnswer {
        /** The only one. */
        public static final None INSTANCE = new None();
    }

    /** It is done. */
    record Done() implements StreamAnswer {
        /** The only one. */
        public static final Done INSTANCE = new Done();
    }

    /** The stream, if there is one. */
    record Seen(Optional<StreamView> stream) implements StreamAnswer {}

    /** It was refused and nothing happened. */
    record Refused(StreamFault fault) implements StreamAnswer {}
}
