package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.common.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the clients of one group were told, and whether it fits together. */
final class GroupHistory {
    private final Map<Integer, Generation> generations = new HashMap<>();
    private final Map<TopicPartition, Long> acknowledged = new HashMap<>();
    private final Map<TopicPartition, Set<Long>> uncertain = new HashMap<>();
    private int highestGeneration;

    /** The group was deleted or expired: another may begin under its name. */
    void forget() {
        generations.clear();
        acknowledged.clear();
        highestGeneration = 0;
    }

    void forgetOffset(TopicPartition partition) {
        acknowledged.remove(partition);
    }

    void joined(JoinAnswer answer) {
        if (answer.error() != ErrorCode.NONE) {
            return;
        }
        assertThat(answer.generation()).as("generations never fall").isGreaterThanOrEqualTo(highestGeneration);
        highestGeneration = answer.generation();
        Generation generation = generation(answer.generation());
        generation.protocols.add(answer.protocolType() + "/" + answer.protocolName());
        generation.leaders.add(identity(answer.leaderId()));
        assertThat(generation.protocols).as("protocols of a generation").hasSize(1);
        assertThat(generation.leaders).as("leaders of a generation").hasSize(1);
        assertThat(answer.members().isEmpty() || answer.leaderId().equals(answer.memberId()))
                .as("only the leader sees the members")
                .isTrue();
    }

    /** The leader is about to send this assignment. */
    void assigned(int generation, String memberId, byte[] assignment) {
        generation(generation)
                .sent
                .computeIfAbsent(identity(memberId), id -> new HashSet<>())
                .add(text(assignment));
    }

    void synced(int number, String memberId, SyncAnswer answer) {
        if (answer.error() != ErrorCode.NONE) {
            return;
        }
        Generation generation = generation(number);
        generation.protocols.add(answer.protocolType() + "/" + answer.protocolName());
        assertThat(generation.protocols).as("protocols of a generation").hasSize(1);
        String identity = identity(memberId);
        String assignment = text(answer.assignment());
        String before = generation.delivered.putIfAbsent(identity, assignment);
        assertThat(before == null ? assignment : before)
                .as("assignment of %s", identity)
                .isEqualTo(assignment);
        assertThat(assignment.isEmpty()
                        || generation.sent.getOrDefault(identity, Set.of()).contains(assignment))
                .as("%s was sent by the leader to %s", assignment, identity)
                .isTrue();
        List<String> roles = generation.delivered.values().stream()
                .flatMap(all -> Arrays.stream(all.split(",")))
                .filter(role -> !role.isEmpty())
                .toList();
        assertThat(roles).as("roles of a generation").doesNotHaveDuplicates();
    }

    void committed(TopicPartition partition, long offset, ErrorCode answer) {
        switch (answer) {
            case NONE -> {
                acknowledged.put(partition, offset);
                uncertain.remove(partition);
            }
            case NOT_COORDINATOR ->
                uncertain.computeIfAbsent(partition, key -> new HashSet<>()).add(offset);
            default -> {}
        }
    }

    void fetched(TopicPartition partition, long offset) {
        Set<Long> possible = new HashSet<>(uncertain.getOrDefault(partition, Set.of()));
        possible.add(acknowledged.getOrDefault(partition, -1L));
        assertThat(possible).as("offset of %s", partition).contains(offset);
    }

    private Generation generation(int number) {
        return generations.computeIfAbsent(number, key -> new Generation());
    }

    /** A static member is the same through all its restarts. */
    private static String identity(String memberId) {
        return memberId.startsWith("fixed") ? memberId.substring(0, memberId.indexOf('-')) : memberId;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static final class Generation {
        private final Set<String> leaders = new HashSet<>();
        private final Set<String> protocols = new HashSet<>();
        private final Map<String, Set<String>> sent = new HashMap<>();
        private final Map<String, String> delivered = new HashMap<>();
    }
}
