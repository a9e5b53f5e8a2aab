package io.sluice.broker.api;

import java.util.List;
import java.util.Optional;

/**
 * What a member of a share group says (KIP-932). Empty means unchanged since the last time.
 *
 * @param groupId the group
 * @param memberId who speaks; members choose their ids
 * @param memberEpoch 0 to join, {@link ConsumerHeartbeat#LEAVE}, else the epoch the member was told last
 * @param client who it is for people; share groups have no static members
 * @param topics names it subscribes to
 */
public record ShareHeartbeat(
        String groupId,
        String memberId,
        int memberEpoch,
        ConsumerHeartbeat.Client client,
        Optional<List<String>> topics) {
    /** Whether it says everything a member has to say: so it must be told its assignment whether it changed or not. */
    public boolean isFull() {
        return memberEpoch == 0 || topics.isPresent();
    }
}
