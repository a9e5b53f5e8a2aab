package io.sluice.protocol.kafka;

import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The node's incremental fetch sessions, KIP-227: so many slots and so many partitions; a full cache gives up sessions
 * that were not used for two minutes, or else, if the newcomer follows more partitions, the smallest of those older than
 * two minutes. Any event loop.
 */
final class FetchSessions {
    private static final long EVICTABLE_AFTER_MS = 120_000;
    /** Partitions of all sessions: about 100 bytes each, so this bounds what sessions hold. */
    private static final int PARTITIONS_MAX = 500_000;

    private static final int ID_STEP = 0x9E3779B1;

    private final int slotCount;
    private final Clock clock;
    private final Map<Integer, FetchSession> sessions = new HashMap<>();
    private int partitionCount;
    private int lastId;

    FetchSessions(int slotCount, Clock clock) {
        this.slotCount = slotCount;
        this.clock = clock;
        lastId = (int) clock.wallMs();
    }

    /** What the request fetches. */
    FetchContext begin(FetchRequest request) {
        boolean isFull = request.sessionEpoch() == FetchRequest.NEW_SESSION_EPOCH
                || request.sessionEpoch() == FetchRequest.NO_SESSION_EPOCH;
        if (!isFull) {
            return resume(request);
        }
        if (request.sessionId() != 0) {
            remove(request.sessionId());
        }
        boolean wantsSession = request.sessionEpoch() == FetchRequest.NEW_SESSION_EPOCH;
        return FetchContext.full(request.targets(), wantsSession);
    }

    /** A session for what a full fetch named, or null if there is no slot. */
    synchronized @Nullable FetchSession create(List<FetchTarget> targets, boolean isByTopicId) {
        long now = nowMs();
        while (partitionCount + targets.size() > PARTITIONS_MAX) {
            if (!evictStale(now)) {
                return null;
            }
        }
        if (sessions.size() >= slotCount && !evictStale(now) && !evictSmallerThan(targets.size(), now)) {
            return null;
        }
        FetchSession session = new FetchSession(nextId(), isByTopicId, targets, now);
        sessions.put(session.id, session);
        partitionCount += session.size();
        return session;
    }

    synchronized int count() {
        return sessions.size();
    }

    synchronized int partitionCount() {
        return partitionCount;
    }

    private synchronized void remove(int id) {
        FetchSession removed = sessions.remove(id);
        if (removed != null) {
            partitionCount -= removed.size();
        }
    }

    private synchronized FetchContext resume(FetchRequest request) {
        FetchSession session = sessions.get(request.sessionId());
        if (session == null) {
            return FetchContext.failed(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        }
        if (!session.tryClaim()) {
            return FetchContext.failed(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        }
        ErrorCode error = whyNotResumed(session, request);
        if (error != ErrorCode.NONE) {
            session.release();
            return FetchContext.failed(error);
        }
        int sizeBefore = session.size();
        session.update(request.targets(), request.forgotten());
        partitionCount += session.size() - sizeBefore;
        if (session.size() == 0) {
            remove(session.id);
            return FetchContext.full(request.targets(), false);
        }
        session.used(nowMs());
        return FetchContext.incremental(session);
    }

    private ErrorCode whyNotResumed(FetchSession session, FetchRequest request) {
        if (session.epoch() != request.sessionEpoch()) {
            return ErrorCode.INVALID_FETCH_SESSION_EPOCH;
        }
        if (session.isByTopicId != request.isByTopicId()) {
            return ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
        }
        if (partitionCount + request.targets().size() > PARTITIONS_MAX) {
            remove(session.id);
            return ErrorCode.FETCH_SESSION_ID_NOT_FOUND;
        }
        return ErrorCode.NONE;
    }

    private boolean evictStale(long now) {
        Optional<FetchSession> stalest = sessions.values().stream()
                .filter(session -> now - session.usedMs() > EVICTABLE_AFTER_MS)
                .min(Comparator.comparingLong(FetchSession::usedMs));
        stalest.ifPresent(session -> remove(session.id));
        return stalest.isPresent();
    }

    private boolean evictSmallerThan(int size, long now) {
        Optional<FetchSession> smallest = sessions.values().stream()
                .filter(session -> now - session.createdMs > EVICTABLE_AFTER_MS && session.size() < size)
                .min(Comparator.comparingInt(FetchSession::size));
        smallest.ifPresent(session -> remove(session.id));
        return smallest.isPresent();
    }

    /** Positive, not in use and not the one after the last, so that clients cannot fall into each other's by counting. */
    private int nextId() {
        int id;
        do {
            lastId += ID_STEP;
            id = lastId & Integer.MAX_VALUE;
        } while (id == 0 || sessions.containsKey(id));
        return id;
    }

    private long nowMs() {
        return clock.nanoTime() / 1_000_000;
    }
}
