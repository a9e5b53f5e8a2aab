package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The share sessions of a listener (KIP-932), one for each member that fetches here: so many, with so many partitions. A
 * session ends with its connection, with its final epoch, or when its member leaves; none is given up for another's sake.
 *
 * <pre>
 *   none ──ShareFetch epoch 0──► epoch 1 ──ShareFetch or ShareAcknowledge epoch n──► epoch n + 1
 *                                   └──epoch −1, connection lost, member left──► none
 * </pre>
 *
 * Connections are told apart by identity. Any thread.
 */
final class ShareSessions {
    static final int FINAL_EPOCH = -1;
    static final int NEW_EPOCH = 0;

    /** Partitions of all sessions: about 100 bytes each, so this bounds what sessions hold. */
    private static final int PARTITIONS_MAX = 500_000;

    private final int sessionsMax;
    private final Map<Key, ShareSession> sessions = new HashMap<>();
    private int partitionCount;

    ShareSessions(int sessionsMax) {
        this.sessionsMax = sessionsMax;
    }

    private record Key(String groupId, String memberId) {}

    /**
     * A session as a fetch found it.
     *
     * @param session the session
     * @param places its partitions, in the order to be served
     */
    record Opened(ShareSession session, List<Place> places) {}

    /**
     * A fetch.
     *
     * @param groupId the group
     * @param memberId who fetches
     * @param epoch of the request
     * @param named partitions that it names
     * @param forgotten partitions that leave the session
     */
    record Use(String groupId, String memberId, int epoch, List<Place> named, List<Place> forgotten) {}

    /** The session of a fetch, made if its epoch is 0. SHARE_SESSION_NOT_FOUND, INVALID_SHARE_SESSION_EPOCH, SHARE_SESSION_LIMIT_REACHED. */
    synchronized Result<Opened> fetch(Use use, Object connection) {
        Key key = new Key(use.groupId(), use.memberId());
        if (use.epoch() == NEW_EPOCH) {
            return create(key, use, connection);
        }
        ShareSession session = sessions.get(key);
        ErrorCode error = whyNot(session, use.epoch());
        if (session == null || error != ErrorCode.NONE) {
            return Result.failed(error);
        }
        if (use.epoch() == FINAL_EPOCH) {
            return Result.of(new Opened(session, List.of()));
        }
        if (partitionCount + use.named().size() > PARTITIONS_MAX) {
            return Result.failed(ErrorCode.SHARE_SESSION_LIMIT_REACHED);
        }
        update(session, use);
        session.used(connection);
        return Result.of(new Opened(session, session.places()));
    }

    private Result<Opened> create(Key key, Use use, Object connection) {
        ShareSession before = sessions.get(key);
        boolean isFull = before == null && sessions.size() >= sessionsMax;
        if (isFull || partitionCount + use.named().size() > PARTITIONS_MAX) {
            return Result.failed(ErrorCode.SHARE_SESSION_LIMIT_REACHED);
        }
        ShareSession session = new ShareSession(use.groupId(), use.memberId(), connection);
        if (before != null) {
            // The member goes on with what it holds.
            before.held().forEach(session::served);
            partitionCount -= before.size();
        }
        sessions.put(key, session);
        update(session, use);
        return Result.of(new Opened(session, session.places()));
    }

    private void update(ShareSession session, Use use) {
        int sizeBefore = session.size();
        session.update(use.named(), use.forgotten());
        partitionCount += session.size() - sizeBefore;
    }

    /** The session of an acknowledgement, which cannot open one. */
    synchronized Result<ShareSession> acknowledge(String groupId, String memberId, int epoch, Object connection) {
        ShareSession session = sessions.get(new Key(groupId, memberId));
        ErrorCode error = epoch == NEW_EPOCH ? ErrorCode.INVALID_SHARE_SESSION_EPOCH : whyNot(session, epoch);
        if (session == null || error != ErrorCode.NONE) {
            return Result.failed(error);
        }
        if (epoch != FINAL_EPOCH) {
            session.used(connection);
        }
        return Result.of(session);
    }

    private static ErrorCode whyNot(@Nullable ShareSession session, int epoch) {
        if (session == null) {
            return ErrorCode.SHARE_SESSION_NOT_FOUND;
        }
        boolean isExpected = epoch == FINAL_EPOCH || epoch == session.nextEpoch();
        return isExpected ? ErrorCode.NONE : ErrorCode.INVALID_SHARE_SESSION_EPOCH;
    }

    /** The member got records from there. */
    synchronized void served(ShareSession session, Place place) {
        session.served(place);
    }

    /** Ends the session; where its member may hold records. */
    synchronized List<Place> close(ShareSession session) {
        if (sessions.remove(new Key(session.groupId, session.memberId), session)) {
            partitionCount -= session.size();
        }
        return session.held();
    }

    /** The member has left: ends its session if it has one here. */
    synchronized void left(String groupId, String memberId) {
        ShareSession session = sessions.get(new Key(groupId, memberId));
        if (session != null) {
            close(session);
        }
    }

    /** The connection has ended: ends its sessions, and answers them. */
    synchronized List<ShareSession> ended(Object connection) {
        List<ShareSession> ended = sessions.values().stream()
                .filter(session -> session.isOf(connection))
                .toList();
        ended.forEach(this::close);
        return ended;
    }

    synchronized int count() {
        return sessions.size();
    }

    synchronized int partitionCount() {
        return partitionCount;
    }
}
