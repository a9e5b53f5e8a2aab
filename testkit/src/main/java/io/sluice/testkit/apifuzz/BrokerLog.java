package io.sluice.testkit.apifuzz;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/** Reads what the broker prints: failures of its own are complaints, refused clients are counted. Safe for any thread. */
final class BrokerLog {
    private static final Pattern FAILURE =
            Pattern.compile("^\\S+ ERROR .*|^\\s+at [\\w.$/@]+\\(.*|^Exception in .*|^Caused by: .*");
    private static final Pattern REFUSAL = Pattern.compile(".* WARN .*closing connection client=\\S+ reason=\\S.*");

    private final AtomicReference<String> failure = new AtomicReference<>("");
    private final AtomicLong refusals = new AtomicLong();

    void line(String line) {
        if (FAILURE.matcher(line).matches()) {
            failure.compareAndSet("", line);
        } else if (REFUSAL.matcher(line).matches()) {
            refusals.incrementAndGet();
        }
    }

    Optional<String> complaint() {
        return Optional.of(failure.get()).filter(line -> !line.isEmpty()).map(line -> "the broker's log says: " + line);
    }

    /** Lines that tell of a refused client; the broker writes one a second and counts the others. */
    long refusals() {
        return refusals.get();
    }
}
