package io.sluice.broker.cluster;

import io.sluice.broker.api.Result;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.forward.Forwarding;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.Decision;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Changes of the cluster, asked for at this node. Any thread; answers come on shard 0's apply thread or the network's. */
public final class ClusterCommands {
    private final ClusterState state;
    private final CommandRunner runner;

    /** {@code runner} is shard 0, or what sends commands to whoever leads it. */
    public ClusterCommands(ClusterState state, CommandRunner runner) {
        this.state = state;
        this.runner = runner;
    }

    /** From now on takes what other nodes send for {@code shard}, this node's shard 0. */
    public static void accept(Forwarding forwarding, ClusterState state, CommandRunner shard) {
        forwarding.accept(CommandKinds.CLUSTER, (in, outcome) -> {
            ClusterCommand command = ClusterCommandCodec.read(in);
            shard.submit(
                    state,
                    new ClusterDecider(
                            command, ForwardedResult.telling(outcome, (out, version) -> out.putLong(version))));
        });
    }

    /** Decides and makes it durable; answers the version of the cluster that holds it. */
    public CompletableFuture<Result<Long>> run(ClusterCommand command) {
        CompletableFuture<Result<Long>> answer = new CompletableFuture<>();
        runner.submit(state, new ClusterDecider(command, answer::complete));
        return answer.thenApply(ForwardedResult::told);
    }

    /** What the command would lead to, or what is still to come if there is none, in sentences; changes nothing. */
    public CompletableFuture<Result<List<String>>> outline(Optional<ClusterCommand> command) {
        CompletableFuture<Result<List<String>>> answer = new CompletableFuture<>();
        runner.submit(state, new Outline(state, command, answer));
        return answer;
    }

    /** On a node that does not lead, or no more, from what it has applied. */
    private record Outline(
            ClusterState known, Optional<ClusterCommand> command, CompletableFuture<Result<List<String>>> answer)
            implements Command<ClusterState> {
        @Override
        public void decide(ClusterState state, Decision decision, long nowMs) {
            Result<List<String>> outlined = ClusterOutline.after(state, command);
            decision.afterCommit(() -> answer.complete(outlined), this::refused);
        }

        @Override
        public void refused(ErrorCode reason) {
            answer.complete(ClusterOutline.after(known, command));
        }
    }
}
