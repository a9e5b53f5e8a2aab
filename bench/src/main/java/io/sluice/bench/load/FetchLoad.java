package io.sluice.bench.load;

import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.RawRequests.Fetch;
import io.sluice.testkit.RawRequests.FetchLimits;
import io.sluice.testkit.RawResponses;
import io.sluice.testkit.RawResponses.Fetched;
import io.sluice.testkit.Stopwatch;
import java.time.Duration;

/** Fetches one partition from its first offset to its end, over and over, one request at a time. */
public final class FetchLoad {
    private static final int ANSWER_BYTES = 1 << 20;

    private final RawKafkaConnection connection;
    private final Fetch fetch;
    private long offset;

    /** A reader of partition 0 of {@code topic} with answers of 1 MiB. */
    public FetchLoad(RawKafkaConnection connection, String topic) {
        this.connection = connection;
        this.fetch = RawRequests.fetch(topic, 0, new FetchLimits(500, 1, ANSWER_BYTES));
    }

    /** Reads for {@code duration}, from the first offset again at each end, and answers the bytes of records read. */
    public long readFor(Duration duration) {
        Stopwatch watch = Stopwatch.started();
        long bytes = 0;
        while (!watch.hasPassed(duration)) {
            Fetched fetched = RawResponses.fetched(connection.call(fetch.from(offset)));
            if (fetched.error() != 0) {
                throw new IllegalStateException("fetch at " + offset + " fails with error " + fetched.error());
            }
            bytes += fetched.recordBytes();
            boolean atEnd = fetched.nextOffset() < 0 || fetched.nextOffset() >= fetched.highWatermark();
            offset = atEnd ? 0 : fetched.nextOffset();
        }
        return bytes;
    }
}
