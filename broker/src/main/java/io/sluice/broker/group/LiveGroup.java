package io.sluice.broker.group;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.JoinRequest;
import io.sluice.broker.api.GroupService.JoinedMember;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.group.GroupTimers.Timer;
import io.sluice.broker.group.stored.Roster;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.broker.group.stored.Subscription;
import io.sluice.common.ErrorCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A group as the leader of its slot runs it.
 *
 * <pre>
 * from                 to                   when
 * EMPTY                PREPARING_REBALANCE  a member joins
 * PREPARING_REBALANCE  COMPLETING_REBALANCE all members joined again, or the time is over: the next generation starts
 * PREPARING_REBALANCE  EMPTY                nobody is left
 * COMPLETING_REBALANCE STABLE               the group's leader sent the assignments
 * COMPLETING_REBALANCE PREPARING_REBALANCE  a member joins, leaves, changes or does not sync in time
 * STABLE               PREPARING_REBALANCE  a member joins, leaves, changes or does not sync in time, or its leader joins
 * </pre>
 *
 * Owner: the shard's apply thread. Holds facts only; the deciders hold the rules.
 */
final class LiveGroup implements OffsetHolder {
    private final String id;
    private final GroupTimers timers;
    private final Map<String, LiveMember> members = new LinkedHashMap<>();
    private final Map<String, String> memberIdByInstance = new HashMap<>();
    private final Map<String, Timer> pendingMembers = new LinkedHashMap<>();
    private final Set<String> pendingSyncs = new LinkedHashSet<>();
    private final ProtocolOffers offers = new ProtocolOffers();
    private final Timer joinTimer;
    private final Timer syncTimer;
    private final Timer expiryTimer;
    private GroupState state = GroupState.EMPTY;
    private InitialDelay initialDelay = InitialDelay.NONE;
    private int generation;
    private int highestGeneration;
    private String protocolType = "";
    private String protocolName = "";
    private String leaderId = "";
    private long membersLengthBytes;
    private long lastIdGivenMs;

    LiveGroup(String id, GroupTimers timers) {
        this.id = id;
        this.timers = timers;
        this.joinTimer = timers.timer(new GroupTimers.Alarm.Join(this));
        this.syncTimer = timers.timer(new GroupTimers.Alarm.Sync(this));
        this.expiryTimer = timers.timer(new GroupTimers.Alarm.Expiry(this));
    }

    /**
     * The group as of its last completed generation, every session starting now. If a later generation was given out, a
     * rebalance was under way: it goes on, so that no member is sent back to a lower generation.
     */
    static LiveGroup of(StoredGroup stored, GroupTimers timers, long nowMs) {
        LiveGroup group = new LiveGroup(stored.id(), timers);
        Roster roster = stored.roster();
        group.generation = roster.generation();
        group.highestGeneration = stored.highestGeneration();
        group.protocolType = roster.protocolType();
        group.protocolName = roster.protocolName();
        for (Roster.Member member : roster.members()) {
            LiveMember live = new LiveMember(group, member);
            group.add(live);
            live.restartSession(nowMs);
        }
        group.leaderId = roster.leaderId();
        if (roster.members().isEmpty()) {
            group.state = GroupState.EMPTY;
        } else if (stored.highestGeneration() == roster.generation()) {
            group.state = GroupState.STABLE;
        } else {
            group.state = GroupState.PREPARING_REBALANCE;
            group.joinTimer.set(nowMs + group.rebalanceTimeoutMs());
        }
        return group;
    }

    @Override
    public String id() {
        return id;
    }

    GroupTimers timers() {
        return timers;
    }

    GroupState state() {
        return state;
    }

    boolean is(GroupState other) {
        return state == other;
    }

    void setState(GroupState newState) {
        state = newState;
    }

    int generation() {
        return generation;
    }

    /** Makes the next generation's number current: one that was never given before, not even by another leader. */
    void startNextGeneration() {
        highestGeneration++;
        generation = highestGeneration;
        protocolName = members.isEmpty() ? "" : electProtocol();
        pendingSyncs.clear();
    }

    String protocolType() {
        return protocolType;
    }

    String protocolName() {
        return protocolName;
    }

    String leaderId() {
        return leaderId;
    }

    boolean isLeader(String memberId) {
        return leaderId.equals(memberId);
    }

    Timer joinTimer() {
        return joinTimer;
    }

    Timer syncTimer() {
        return syncTimer;
    }

    @Override
    public Timer expiryTimer() {
        return expiryTimer;
    }

    /** How an empty group waits for more members. */
    InitialDelay initialDelay() {
        return initialDelay;
    }

    void setInitialDelay(InitialDelay delay) {
        initialDelay = delay;
    }

    Collection<LiveMember> members() {
        return members.values();
    }

    @Nullable
    LiveMember member(String memberId) {
        return members.get(memberId);
    }

    /** The member behind an instance id; null if there is none. */
    @Nullable
    LiveMember memberOfInstance(String instanceId) {
        String memberId = memberIdByInstance.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    /** Members that were given an id and did not join with it yet, and when that ends. */
    Map<String, Timer> pendingMembers() {
        return pendingMembers;
    }

    /** When a member was given an id to join with. */
    long lastIdGivenMs() {
        return lastIdGivenMs;
    }

    void noteIdGiven(long nowMs) {
        lastIdGivenMs = nowMs;
    }

    /** Members of the generation that did not ask for their assignment yet. */
    Set<String> pendingSyncs() {
        return pendingSyncs;
    }

    /** Bytes of all members in an event without assignments, roughly. */
    long membersLengthBytes() {
        return membersLengthBytes;
    }

    /** Whether nothing but the object is left of it. */
    boolean isVoid() {
        return state == GroupState.EMPTY && members.isEmpty() && pendingMembers.isEmpty();
    }

    @Override
    public boolean isEmpty(StoredGroup stored) {
        return state == GroupState.EMPTY;
    }

    @Override
    public boolean isVoid(StoredGroup stored) {
        return isVoid();
    }

    /** Offsets age only while the group is empty, or stable and all its members say what they read. */
    @Override
    public Optional<Set<String>> keptTopics(StoredGroup stored) {
        return switch (state) {
            case EMPTY -> Optional.of(Set.of());
            case STABLE -> protocolType.equals(Subscription.PROTOCOL_TYPE) ? subscribedTopics() : Optional.empty();
            case PREPARING_REBALANCE, COMPLETING_REBALANCE, DEAD -> Optional.empty();
        };
    }

    /** What its members subscribe to under any protocol they offer; empty if that is not known of each. */
    Optional<Set<String>> subscribedTopics() {
        Set<String> topics = new HashSet<>();
        for (LiveMember member : members.values()) {
            for (Protocol protocol : member.protocols()) {
                Optional<Set<String>> offered = Subscription.topics(protocol.metadata());
                if (offered.isEmpty()) {
                    return Optional.empty();
                }
                topics.addAll(offered.get());
            }
        }
        return Optional.of(topics);
    }

    /** Names of the protocols that are in all lists, in the order of the first. */
    static List<String> common(List<List<Protocol>> offers) {
        if (offers.isEmpty()) {
            return List.of();
        }
        Set<String> common = new LinkedHashSet<>(names(offers.getFirst()));
        for (List<Protocol> offer : offers) {
            common.retainAll(new HashSet<>(names(offer)));
        }
        return List.copyOf(common);
    }

    private static List<String> names(List<Protocol> protocols) {
        return protocols.stream().map(Protocol::name).toList();
    }

    boolean hasAllMembersJoined() {
        return pendingMembers.isEmpty() && members.values().stream().allMatch(LiveMember::isAwaitingJoin);
    }

    /** The longest any member wants to be waited for. */
    int rebalanceTimeoutMs() {
        return members.values().stream()
                .mapToInt(LiveMember::rebalanceTimeoutMs)
                .max()
                .orElse(0);
    }

    /** Whether a member of this type with these protocols can be in the group. */
    boolean supports(String type, List<Protocol> protocols) {
        if (members.isEmpty()) {
            return !type.isEmpty() && !protocols.isEmpty();
        }
        return protocolType.equals(type)
                && protocols.stream().anyMatch(protocol -> offers.count(protocol.name()) == members.size());
    }

    void add(LiveMember member) {
        if (members.isEmpty()) {
            leaderId = member.id();
        }
        check(members.put(member.id(), member) == null, "member %s joins group %s twice", member.id(), id);
        member.instanceId().ifPresent(instanceId -> memberIdByInstance.put(instanceId, member.id()));
        count(member, 1);
    }

    /** Sets the type of the group, which its first member brings. */
    void setProtocolType(String type) {
        protocolType = type;
    }

    /** Takes a member out; the caller ended its parked answers. */
    void remove(LiveMember member) {
        check(members.remove(member.id(), member), "member %s is not in group %s", member.id(), id);
        member.stopTimer();
        member.instanceId().ifPresent(instanceId -> memberIdByInstance.remove(instanceId, member.id()));
        pendingSyncs.remove(member.id());
        count(member, -1);
        if (isLeader(member.id())) {
            leaderId = members.isEmpty() ? "" : members.keySet().iterator().next();
        }
    }

    /** Puts a new incarnation of a static member in the place of the old one, with its assignment and its role. */
    void replace(LiveMember old, LiveMember successor) {
        boolean wasLeader = isLeader(old.id());
        successor.setAssignment(old.assignment());
        remove(old);
        add(successor);
        if (wasLeader) {
            leaderId = successor.id();
        }
    }

    void update(LiveMember member, JoinRequest request) {
        count(member, -1);
        member.update(request);
        count(member, 1);
    }

    /** Lets a member lead that takes part in the rebalance; false if none does. */
    boolean electJoinedLeader() {
        LiveMember leader = members.get(leaderId);
        if (leader != null && leader.isAwaitingJoin()) {
            return true;
        }
        Optional<LiveMember> joined =
                members.values().stream().filter(LiveMember::isAwaitingJoin).findFirst();
        joined.ifPresent(member -> leaderId = member.id());
        return joined.isPresent();
    }

    /** See {@link ProtocolOffers#elect}. */
    String electProtocol() {
        return offers.elect(members.values());
    }

    /** Kafka's check of who speaks: NONE, UNKNOWN_MEMBER_ID or, if another member uses the instance id, FENCED_INSTANCE_ID. */
    ErrorCode errorFor(String memberId, Optional<String> instanceId) {
        if (instanceId.isPresent()) {
            LiveMember current = memberOfInstance(instanceId.get());
            if (current == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            if (!current.id().equals(memberId)) {
                return ErrorCode.FENCED_INSTANCE_ID;
            }
        }
        return members.containsKey(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
    }

    /** As the other, and ILLEGAL_GENERATION. */
    ErrorCode errorFor(MemberRef member) {
        ErrorCode error = errorFor(member.memberId(), member.instanceId());
        if (error != ErrorCode.NONE) {
            return error;
        }
        return member.generation() == generation ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }

    /** Members with what they say under the chosen protocol, as the leader gets them. */
    List<JoinedMember> joinedMembers() {
        return members.values().stream()
                .map(member -> new JoinedMember(member.id(), member.instanceId(), member.metadata(protocolName)))
                .toList();
    }

    /** The current generation as it is kept. */
    Roster roster(long nowMs) {
        return new Roster(
                generation,
                protocolType,
                protocolName,
                leaderId,
                nowMs,
                members.values().stream().map(LiveMember::stored).toList());
    }

    /** Ends all timers: the object is given up. */
    void stopTimers() {
        members.values().forEach(LiveMember::stopTimer);
        pendingMembers.values().forEach(Timer::cancel);
        joinTimer.cancel();
        syncTimer.cancel();
        expiryTimer.cancel();
    }

    private void count(LiveMember member, int sign) {
        membersLengthBytes += sign * member.lengthBytes();
        offers.change(member.protocols(), sign);
    }

    /**
     * The wait of an empty group for more members.
     *
     * @param isActive whether it runs
     * @param hasNewMember whether somebody joined since it was last extended
     * @param stepMs how long the current step is
     * @param remainingMs what is left for further steps after the current one
     * @param returnsEndMs when nobody is waited for any more who was given his id
     */
    record InitialDelay(boolean isActive, boolean hasNewMember, int stepMs, int remainingMs, long returnsEndMs) {
        static final InitialDelay NONE = new InitialDelay(false, false, 0, 0, 0);
    }
}
