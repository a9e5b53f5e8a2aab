package io.sluice.broker.group;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.GroupService.Protocol;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which protocols the members of a classic group offer, and which one they choose. Owner: the shard's apply thread. */
final class ProtocolOffers {
    private final Map<String, Integer> counts = new HashMap<>();

    /** Members that offer it. */
    int count(String protocolName) {
        return counts.getOrDefault(protocolName, 0);
    }

    /** A member that offers these came (1) or went (−1). */
    void change(List<Protocol> offered, int sign) {
        offered.stream()
                .map(Protocol::name)
                .distinct()
                .forEach(name ->
                        counts.merge(name, sign, (before, change) -> before + change == 0 ? null : before + change));
    }

    /** The protocol all members offer that most like best; among equals the one voted for first. */
    String elect(Collection<LiveMember> members) {
        Set<String> candidates = counts.entrySet().stream()
                .filter(offer -> offer.getValue() == members.size())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Map<String, Integer> votes = new LinkedHashMap<>();
        members.forEach(member -> member.vote(candidates).ifPresent(name -> votes.merge(name, 1, Integer::sum)));
        check(!votes.isEmpty(), "%s members have no protocol in common", members.size());
        return votes.entrySet().stream()
                .reduce((best, other) -> other.getValue() > best.getValue() ? other : best)
                .map(Map.Entry::getKey)
                .orElseThrow();
    }
}
