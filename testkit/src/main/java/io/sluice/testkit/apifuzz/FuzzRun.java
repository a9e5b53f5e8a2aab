package io.sluice.testkit.apifuzz;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.message.ApiMessageType;

/** What all threads of a run share: whether it goes on, what has gone wrong first, and counts. Safe for any thread. */
final class FuzzRun {
    private final String address;
    private final AtomicReference<String> complaint = new AtomicReference<>("");
    private final Set<String> answeredVersions = ConcurrentHashMap.newKeySet();
    private volatile boolean isOver;

    final AtomicLong wellFormed = new AtomicLong();
    final AtomicLong malformed = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong logins = new AtomicLong();

    FuzzRun(String address) {
        this.address = address;
    }

    /** HOST:PORT of the broker. */
    String address() {
        return address;
    }

    void complain(String text) {
        complaint.compareAndSet("", text);
    }

    Optional<String> complaint() {
        return Optional.of(complaint.get()).filter(text -> !text.isEmpty());
    }

    void end() {
        isOver = true;
    }

    boolean isOver() {
        return isOver || !complaint.get().isEmpty();
    }

    void answered(ApiMessageType api, short version) {
        answeredVersions.add(api + " " + version);
    }

    boolean hasAnswered(ApiMessageType api, short version) {
        return answeredVersions.contains(api + " " + version);
    }
}
