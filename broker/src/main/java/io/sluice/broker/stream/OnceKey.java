package io.sluice.broker.stream;

import io.sluice.broker.api.StreamCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** By what an entry of a producer is known again, however long the producer's own names for them are. */
record OnceKey(Fingerprint producer, Fingerprint entry) {
    private static final byte[] NAMED = "id".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BY_CONTENT = "content".getBytes(StandardCharsets.US_ASCII);

    /** For these fields and values in turn. */
    static OnceKey of(StreamCommand.Once once, List<byte[]> fields) {
        return new OnceKey(
                Fingerprint.of(List.of(once.producer())),
                once.id().map(id -> Fingerprint.of(List.of(NAMED, id))).orElseGet(() -> ofContent(fields)));
    }

    /** The same for the same pairs in whatever order. */
    private static Fingerprint ofContent(List<byte[]> fields) {
        List<Fingerprint> pairs = new ArrayList<>(fields.size() / 2);
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            pairs.add(Fingerprint.of(fields.subList(i, i + 2)));
        }
        pairs.sort(null);
        List<byte[]> parts = new ArrayList<>(1 + pairs.size());
        parts.add(BY_CONTENT);
        pairs.forEach(pair -> parts.add(pair.bytes()));
        return Fingerprint.of(parts);
    }
}
