package io.sluice.broker.stream;

import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Serves those who wait for entries of groups, within the decision that brought the entries: both are one entry of the journal,
 * and whoever began to wait first is served first. On the shard's apply thread.
 */
final class GroupService {
    private GroupService() {}

    /** Serves whoever waits for a key that the turn has changed. */
    static void serve(StreamTurn turn) {
        if (turn.machine().waiters().isEmpty()) {
            turn.takeReady();
            return;
        }
        List<StreamKey> keys = turn.takeReady();
        while (!keys.isEmpty()) {
            keys.forEach(key -> serve(turn, key));
            // A stream whose time was over has gone while it was looked at.
            keys = turn.takeReady();
        }
    }

    private static void serve(StreamTurn turn, StreamKey key) {
        Set<String> exhausted = new HashSet<>();
        for (GroupWait wait : turn.machine().waiters().of(key)) {
            boolean isAlike =
                    wait.command().streams().size() == 1 && wait.command().claimIdleMs() < 0;
            if (isAlike && exhausted.contains(wait.command().group())) {
                continue;
            }
            if (!serve(turn, wait) && isAlike) {
                exhausted.add(wait.command().group());
            }
        }
    }

    /** False if there is nothing for it. */
    private static boolean serve(StreamTurn turn, GroupWait wait) {
        if (wait.isEnded()) {
            turn.machine().waiters().remove(wait);
            return true;
        }
        if (!turn.groups().reads().hasSomething(wait.command())) {
            retime(turn, wait, 0);
            return false;
        }
        turn.machine().waiters().remove(wait);
        if (wait.take()) {
            StreamAnswer answer = turn.groups().decide(wait.command());
            // What must be looked up on disk is old: the client asks again and gets it.
            turn.answerLater(wait, answer == null ? WaitingRead.nothing() : answer);
        }
        return true;
    }

    private static void retime(StreamTurn turn, GroupWait wait, long earliestMs) {
        if (wait.command().claimIdleMs() >= 0) {
            long dueMs = turn.dueMs(turn.groups().reads().claimableWallMs(wait.command()));
            wait.dueMs(Math.max(dueMs, earliestMs));
            turn.machine().waiters().due(wait);
        }
    }

    /** Serves those for whom a pending entry may be claimed by now. */
    static void serveDue(StreamTurn turn, long nowMs) {
        for (GroupWait wait : turn.machine().waiters().takeDue(nowMs)) {
            if (!serve(turn, wait)) {
                retime(turn, wait, nowMs + 1);
            }
        }
    }
}
