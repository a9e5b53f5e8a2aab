package io.sluice.broker.stream;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Somebody deleted the topic of a stream: the key goes too.
 *
 * @param whenDone hears on the apply thread, once it is durable
 */
record ForgetTopic(TopicId topicId, StreamRules rules, Consumer<StreamTurn> whenDone)
        implements Command<StreamMachine> {
    @Override
    public void decide(StreamMachine machine, Decision decision, long nowMs) {
        StreamTurn turn = new StreamTurn(machine, decision, rules, new Lookups(id -> Optional.empty()), nowMs);
        if (turn.removeTopic(topicId)) {
            GroupService.serve(turn);
            decision.afterCommit(() -> whenDone.accept(turn), error -> {});
        }
    }

    /** The shard stops; the next start finds the topic gone. */
    @Override
    public void refused(ErrorCode reason) {}
}
