package io.sluice.broker.group.stored;

import io.sluice.broker.api.GroupService.Protocol;
import java.util.List;
import java.util.Optional;

/**
 * A completed generation: who is in the group and who reads what.
 *
 * @param generation its number; 0 for a group that never had one
 * @param protocolType what kind of clients; empty for a group that only ever committed offsets
 * @param protocolName the protocol its members chose; empty without members
 * @param leaderId member id of the leader; empty without members
 * @param sinceMs shard time at which it was completed: without members, when the group became empty
 * @param members in the order they came
 */
public record Roster(
        int generation,
        String protocolType,
        String protocolName,
        String leaderId,
        long sinceMs,
        List<Roster.Member> members) {
    /** Copies what it is given. */
    public Roster {
        members = List.copyOf(members);
    }

    /** Of a group that came into being without members. */
    static Roster none(long sinceMs) {
        return new Roster(0, "", "", "", sinceMs, List.of());
    }

    /** Of a group whose members are in its {@link ConsumerGroupState}. */
    static Roster ofConsumers(long sinceMs) {
        return new Roster(0, Subscription.PROTOCOL_TYPE, "", "", sinceMs, List.of());
    }

    /** Of a group whose members are in its {@link ShareGroupState}. */
    static Roster ofShares(long sinceMs) {
        return new Roster(0, ShareGroupState.PROTOCOL_TYPE, "", "", sinceMs, List.of());
    }

    Roster shifted(long byMs) {
        return new Roster(generation, protocolType, protocolName, leaderId, sinceMs + byMs, members);
    }

    /** A member with what it offered and what it was given. */
    public record Member(
            String id,
            Optional<String> instanceId,
            String clientId,
            String clientHost,
            int sessionTimeoutMs,
            int rebalanceTimeoutMs,
            List<Protocol> protocols,
            byte[] assignment) {
        /** Copies what it is given. */
        public Member {
            protocols = List.copyOf(protocols);
        }
    }
}
