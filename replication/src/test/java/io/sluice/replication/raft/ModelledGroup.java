package io.sluice.replication.raft;

import io.sluice.replication.raft.LogEnds.LogEnd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Raft as far as it matters to who has which entries, with members that lose their logs: messages are late, twice or lost, and
 * each step is drawn. An entry is its term. Owner: one test thread.
 */
final class ModelledGroup {
    private static final int MESSAGES_MAX = 30;

    private final SplittableRandom random;
    private final ToLongFunction<Member> bound;
    private final List<Member> members = new ArrayList<>();
    private final List<Runnable> messages = new ArrayList<>();
    private final Map<Integer, Integer> committed = new TreeMap<>();
    private int releases;
    private int lost;

    /** One of them; its log and its term outlive it, unless the log is lost. */
    static final class Member {
        private final int id;
        private final List<Integer> log = new ArrayList<>();
        private final Map<Integer, Integer> acknowledged = new HashMap<>();
        private int term;
        private int life;
        private int commitIndex;
        private boolean leads;
        private boolean isQuarantined;
        private RepairGoal goal = RepairGoal.of(0);

        private Member(int id) {
            this.id = id;
        }

        int lastIndex() {
            return log.size();
        }

        int commitIndex() {
            return commitIndex;
        }

        private int lastTerm() {
            return log.isEmpty() ? 0 : log.getLast();
        }
    }

    /** {@code bound} is what a leader tells those that want to know what they lack. */
    ModelledGroup(long seed, int size, ToLongFunction<Member> bound) {
        this.random = new SplittableRandom(seed);
        this.bound = bound;
        for (int id = 0; id < size; id++) {
            members.add(new Member(id));
        }
    }

    /** Quarantines that ended. */
    int releases() {
        return releases;
    }

    /** How often a member was elected that lacks what was committed before. */
    int lost() {
        return lost;
    }

    void step() {
        Member one = members.get(random.nextInt(members.size()));
        Member other = members.get(random.nextInt(members.size()));
        switch (random.nextInt(20)) {
            case 0 -> elect(one);
            case 1 -> crash(one);
            case 2, 3 -> propose(one);
            case 4, 5, 6, 7, 8 -> replicate(one, other);
            case 9, 10 -> ask(one, other);
            case 11, 12 -> release(one);
            default -> deliver();
        }
    }

    private void send(Runnable message) {
        if (messages.size() < MESSAGES_MAX) {
            messages.add(message);
        }
    }

    private void deliver() {
        if (messages.isEmpty()) {
            return;
        }
        int at = random.nextInt(messages.size());
        messages.get(at).run();
        if (random.nextInt(8) > 0) {
            messages.remove(at);
        }
    }

    private void elect(Member candidate) {
        if (candidate.isQuarantined || candidate.leads) {
            return;
        }
        int term = candidate.term + 1;
        int votes = 0;
        for (Member voter : members) {
            boolean isCurrent = candidate.lastTerm() > voter.lastTerm()
                    || (candidate.lastTerm() == voter.lastTerm() && candidate.log.size() >= voter.log.size());
            boolean isHeard = voter == candidate || random.nextInt(4) > 0;
            // Who has a term has voted in it: for that one's first candidate or for none.
            if (isHeard && !voter.isQuarantined && voter.term < term && isCurrent) {
                follow(voter, term);
                votes++;
            }
        }
        if (2 * votes > members.size()) {
            candidate.leads = true;
            candidate.acknowledged.clear();
            committed.forEach((index, entry) -> {
                if (candidate.log.size() < index
                        || !candidate.log.get(index - 1).equals(entry)) {
                    lost++;
                }
            });
            candidate.log.add(term);
        }
    }

    private static void follow(Member member, int term) {
        if (term > member.term) {
            member.term = term;
            member.leads = false;
        }
    }

    private void crash(Member member) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> restart(member);
            case 3 -> loseLog(member);
            default -> {}
        }
    }

    private void restart(Member member) {
        member.life++;
        member.leads = false;
        member.commitIndex = 0;
        member.goal = RepairGoal.of(member.term);
    }

    /** All behind a checkpoint: what it knew as committed, or some of it. Of others there is a majority, so that it ends. */
    private void loseLog(Member member) {
        long quarantined = members.stream()
                .filter(each -> each.isQuarantined && each != member)
                .count();
        if (2 * (quarantined + 1) > members.size()) {
            return;
        }
        int kept = random.nextInt(Math.min(member.commitIndex, member.log.size()) + 1);
        member.log.subList(kept, member.log.size()).clear();
        member.isQuarantined = true;
        restart(member);
    }

    private void propose(Member leader) {
        if (leader.leads) {
            leader.log.add(leader.term);
        }
    }

    private void replicate(Member leader, Member follower) {
        if (!leader.leads || leader == follower) {
            return;
        }
        int term = leader.term;
        int end = random.nextBoolean() ? leader.log.size() : 1 + random.nextInt(leader.log.size());
        int from = random.nextInt(Math.min(end, follower.log.size()) + 1);
        List<Integer> entries = List.copyOf(leader.log.subList(0, end));
        int commitIndex = leader.commitIndex;
        send(() -> append(leader, follower, term, from, entries, commitIndex));
    }

    private void append(Member leader, Member follower, int term, int from, List<Integer> entries, int commitIndex) {
        if (term < follower.term) {
            int newer = follower.term;
            send(() -> follow(leader, newer));
            return;
        }
        follow(follower, term);
        boolean fits = follower.log.size() >= from
                && (from == 0 || follower.log.get(from - 1).equals(entries.get(from - 1)));
        if (!fits) {
            return;
        }
        for (int at = from; at < entries.size(); at++) {
            if (at < follower.log.size() && !follower.log.get(at).equals(entries.get(at))) {
                follower.log.subList(at, follower.log.size()).clear();
            }
            if (at == follower.log.size()) {
                follower.log.add(entries.get(at));
            }
        }
        int reached = entries.size();
        follower.commitIndex = Math.max(follower.commitIndex, Math.min(commitIndex, reached));
        int leaderLife = leader.life;
        send(() -> acknowledge(leader, leaderLife, term, follower.id, reached));
    }

    private void acknowledge(Member leader, int life, int term, int follower, int reached) {
        if (!leader.leads || leader.term != term || leader.life != life) {
            return;
        }
        leader.acknowledged.merge(follower, reached, Math::max);
        for (int index = leader.log.size(); index > leader.commitIndex; index--) {
            int wanted = index;
            long holders = 1
                    + leader.acknowledged.values().stream()
                            .filter(each -> each >= wanted)
                            .count();
            if (2 * holders > members.size() && leader.log.get(index - 1) == term) {
                leader.commitIndex = index;
                for (int at = 1; at <= index; at++) {
                    committed.put(at, leader.log.get(at - 1));
                }
            }
        }
    }

    private void ask(Member member, Member asked) {
        if (!member.isQuarantined || member == asked) {
            return;
        }
        int life = member.life;
        send(() -> {
            LogEnd end = asked.leads ? new LogEnd(asked.term, bound.applyAsLong(asked)) : LogEnd.OF_NO_LEADER;
            send(() -> {
                if (member.life == life) {
                    member.goal = member.goal.heard(end);
                }
            });
        });
    }

    private void release(Member member) {
        if (member.isQuarantined && member.goal.isReached(member.log.size())) {
            member.isQuarantined = false;
            releases++;
        }
    }
}
