package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinRequest;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.group.GroupTimers.Timer;
import io.sluice.broker.group.stored.ConsumerProfile;
import io.sluice.broker.group.stored.Roster;
import io.sluice.common.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A member as the leader of the slot knows it. Owner: the shard's apply thread. */
final class LiveMember {
    static final byte[] NO_ASSIGNMENT = {};

    private final String id;
    private final Optional<String> instanceId;
    private final String clientId;
    private final String clientHost;
    private final Timer heartbeatTimer;
    private final Timer beatTimer;
    private int sessionTimeoutMs;
    private int rebalanceTimeoutMs;
    private List<Protocol> protocols;
    private byte[] assignment = NO_ASSIGNMENT;
    private boolean isNew;
    private @Nullable CompletableFuture<JoinAnswer> parkedJoin;
    private @Nullable CompletableFuture<SyncAnswer> parkedSync;
    private @Nullable CompletableFuture<ErrorCode> parkedBeat;

    /** A member that joins. */
    LiveMember(LiveGroup group, String id, JoinRequest request) {
        this.id = id;
        this.instanceId = request.instanceId();
        this.clientId = request.clientId();
        this.clientHost = request.clientHost();
        this.sessionTimeoutMs = request.sessionTimeoutMs();
        this.rebalanceTimeoutMs = request.rebalanceTimeoutMs();
        this.protocols = List.copyOf(request.protocols());
        this.heartbeatTimer = group.timers().timer(new GroupTimers.Alarm.Heartbeat(group, this));
        this.beatTimer = group.timers().timer(new GroupTimers.Alarm.Beat(this));
    }

    /** A member of a completed generation. */
    LiveMember(LiveGroup group, Roster.Member stored) {
        this.id = stored.id();
        this.instanceId = stored.instanceId();
        this.clientId = stored.clientId();
        this.clientHost = stored.clientHost();
        this.sessionTimeoutMs = stored.sessionTimeoutMs();
        this.rebalanceTimeoutMs = stored.rebalanceTimeoutMs();
        this.protocols = stored.protocols();
        this.assignment = stored.assignment();
        this.heartbeatTimer = group.timers().timer(new GroupTimers.Alarm.Heartbeat(group, this));
        this.beatTimer = group.timers().timer(new GroupTimers.Alarm.Beat(this));
    }

    String id() {
        return id;
    }

    Optional<String> instanceId() {
        return instanceId;
    }

    String clientId() {
        return clientId;
    }

    String clientHost() {
        return clientHost;
    }

    int sessionTimeoutMs() {
        return sessionTimeoutMs;
    }

    int rebalanceTimeoutMs() {
        return rebalanceTimeoutMs;
    }

    List<Protocol> protocols() {
        return protocols;
    }

    byte[] assignment() {
        return assignment;
    }

    void setAssignment(byte[] newAssignment) {
        assignment = newAssignment;
    }

    /** Whether its first join is still parked: then it has no id to heartbeat with. */
    boolean isNew() {
        return isNew;
    }

    void setNew(boolean newIsNew) {
        isNew = newIsNew;
    }

    boolean isStatic() {
        return instanceId.isPresent();
    }

    boolean isAwaitingJoin() {
        return parkedJoin != null;
    }

    boolean isAwaitingSync() {
        return parkedSync != null;
    }

    /** Takes the parked answer out; null if none is parked. */
    @Nullable
    CompletableFuture<JoinAnswer> takeJoin() {
        CompletableFuture<JoinAnswer> taken = parkedJoin;
        parkedJoin = null;
        return taken;
    }

    /** Parks an answer; the caller took out the one before. */
    void parkJoin(CompletableFuture<JoinAnswer> future) {
        parkedJoin = future;
    }

    /** Takes the parked answer out; null if none is parked. */
    @Nullable
    CompletableFuture<SyncAnswer> takeSync() {
        CompletableFuture<SyncAnswer> taken = parkedSync;
        parkedSync = null;
        return taken;
    }

    /** Parks an answer; the caller took out the one before. */
    void parkSync(CompletableFuture<SyncAnswer> future) {
        parkedSync = future;
    }

    /** Takes the parked answer out; null if none is parked. */
    @Nullable
    CompletableFuture<ErrorCode> takeBeat() {
        CompletableFuture<ErrorCode> taken = parkedBeat;
        parkedBeat = null;
        beatTimer.cancel();
        return taken;
    }

    /** Parks an answer until then; the caller took out the one before. */
    void parkBeat(CompletableFuture<ErrorCode> future, long dueMs) {
        parkedBeat = future;
        beatTimer.set(dueMs);
    }

    /** Whether this answer is parked. */
    boolean isWaitingWith(CompletableFuture<ErrorCode> future) {
        return parkedBeat == future;
    }

    /** Takes over what a new join of the same member says. */
    void update(JoinRequest request) {
        sessionTimeoutMs = request.sessionTimeoutMs();
        rebalanceTimeoutMs = request.rebalanceTimeoutMs();
        protocols = List.copyOf(request.protocols());
    }

    void restartSession(long nowMs) {
        heartbeatTimer.set(nowMs + sessionTimeoutMs);
    }

    void expireAt(long deadlineMs) {
        heartbeatTimer.set(deadlineMs);
    }

    void stopTimer() {
        heartbeatTimer.cancel();
        beatTimer.cancel();
    }

    /** Whether it offers exactly these protocols, in this order, with these bytes. */
    boolean offers(List<Protocol> others) {
        if (protocols.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < others.size(); i++) {
            if (!protocols.get(i).name().equals(others.get(i).name())
                    || !Arrays.equals(protocols.get(i).metadata(), others.get(i).metadata())) {
                return false;
            }
        }
        return true;
    }

    /** What it says under a protocol; empty if it does not offer it. */
    byte[] metadata(String protocolName) {
        for (Protocol protocol : protocols) {
            if (protocol.name().equals(protocolName)) {
                return protocol.metadata();
            }
        }
        return NO_ASSIGNMENT;
    }

    /** The candidate it likes best. */
    Optional<String> vote(Set<String> candidates) {
        return protocols.stream()
                .map(Protocol::name)
                .filter(candidates::contains)
                .findFirst();
    }

    /** Bytes it takes in an event without its assignment, roughly. */
    long lengthBytes() {
        return ConsumerProfile.lengthBytes(protocols) + id.length() + clientId.length() + clientHost.length();
    }

    Roster.Member stored() {
        return new Roster.Member(
                id, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs, protocols, assignment);
    }
}
