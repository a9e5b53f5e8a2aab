package io.sluice.broker.access;

import static io.sluice.broker.api.ResourceType.CLUSTER;
import static io.sluice.broker.api.ResourceType.CLUSTER_NAME;
import static io.sluice.broker.api.ResourceType.GROUP;
import static io.sluice.broker.api.ResourceType.TOPIC;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Streams for one caller. What a command needs is asked for by the name of the key's topic. */
final class GuardedStreams implements StreamService {
    private static final StreamAnswer DENIED = new StreamAnswer.Refused(StreamFault.DENIED);

    private static final Wait ANSWERED = new Wait() {
        @Override
        public boolean end() {
            return false;
        }

        @Override
        public boolean expire() {
            return false;
        }
    };

    private final StreamService streams;
    private final Access access;

    GuardedStreams(StreamService streams, Access access) {
        this.streams = streams;
        this.access = access;
    }

    @Override
    public Found find(StreamKey key, Operation operation) {
        return access.may(operation, TOPIC, streams.topicName(key))
                ? streams.find(key, operation)
                : new Found.Refused(StreamFault.DENIED);
    }

    @Override
    public void execute(
            List<StreamCommand> commands,
            boolean isTransaction,
            Executor executor,
            Consumer<List<StreamAnswer>> answer) {
        List<StreamCommand> allowed = new ArrayList<>(commands.size());
        boolean[] isAllowed = new boolean[commands.size()];
        for (int i = 0; i < isAllowed.length; i++) {
            isAllowed[i] = may(commands.get(i));
            if (isAllowed[i]) {
                allowed.add(guarded(commands.get(i)));
            }
        }
        if (allowed.size() == commands.size()) {
            streams.execute(allowed, isTransaction, executor, answer);
        } else if (allowed.isEmpty()) {
            executor.execute(() -> answer.accept(merged(isAllowed, List.of())));
        } else {
            streams.execute(allowed, isTransaction, executor, given -> answer.accept(merged(isAllowed, given)));
        }
    }

    private StreamCommand guarded(StreamCommand command) {
        return command instanceof StreamCommand.RemoveAll all
                ? new StreamCommand.RemoveAll(
                        all.databases(),
                        key -> all.mayRemove().test(key) && access.may(Operation.DELETE, TOPIC, streams.topicName(key)))
                : command;
    }

    private static List<StreamAnswer> merged(boolean[] isAllowed, List<StreamAnswer> given) {
        List<StreamAnswer> all = new ArrayList<>(isAllowed.length);
        int next = 0;
        for (boolean each : isAllowed) {
            all.add(each ? given.get(next++) : DENIED);
        }
        return all;
    }

    private boolean may(StreamCommand command) {
        String topic = streams.topicName(command.key());
        return switch (command) {
            case StreamCommand.Add add -> mayAdd(add, topic);
            case StreamCommand.SwapDatabases _ -> access.may(Operation.ALTER, CLUSTER, CLUSTER_NAME);
            case StreamCommand.SetLastId _, StreamCommand.LimitOnce _ -> access.may(Operation.ALTER, TOPIC, topic);
            case StreamCommand.RememberOnce _ -> access.may(Operation.WRITE, TOPIC, topic);
            case StreamCommand.Look _, StreamCommand.Unchanged _ -> access.may(Operation.READ, TOPIC, topic);
            case StreamCommand.Rename rename -> {
                String target = streams.topicName(rename.target());
                yield access.may(Operation.DELETE, TOPIC, topic)
                        && access.may(Operation.DELETE, TOPIC, target)
                        && mayMake(target);
            }
            case StreamCommand.Copy copy -> {
                String target = streams.topicName(copy.target());
                yield access.may(Operation.READ, TOPIC, topic)
                        && access.may(Operation.WRITE, TOPIC, target)
                        && (!copy.mayReplace() || access.may(Operation.DELETE, TOPIC, target))
                        && mayMake(target);
            }
            // Of each key when it is decided.
            case StreamCommand.RemoveAll _ -> true;
            case StreamCommand.DeleteEntries _,
                    StreamCommand.Trim _,
                    StreamCommand.RemoveKey _,
                    StreamCommand.Expire _ -> access.may(Operation.DELETE, TOPIC, topic);
            case GroupCommand group -> mayOfGroup(group, topic);
        };
    }

    private boolean mayOfGroup(GroupCommand command, String topic) {
        return switch (command) {
            case GroupCommand.DeleteReferenced _ -> access.may(Operation.DELETE, TOPIC, topic);
            case GroupCommand.DescribeGroups _ -> access.may(Operation.DESCRIBE, TOPIC, topic);
            case GroupCommand.DescribeConsumers of ->
                access.may(Operation.DESCRIBE, TOPIC, topic) && access.may(Operation.DESCRIBE, GROUP, of.group());
            case GroupCommand.AcknowledgeAndDelete of ->
                access.may(Operation.DELETE, TOPIC, topic) && mayRead(of.group(), topic);
            case GroupCommand.DestroyGroup of ->
                access.may(Operation.READ, TOPIC, topic) && access.may(Operation.DELETE, GROUP, of.group());
            case GroupCommand.CreateGroup of ->
                mayRead(of.group(), topic) && (!of.makesKey() || exists(of.key()) || mayMake(topic));
            case GroupCommand.ReadGroup read -> mayRead(read);
            case GroupCommand.SetPosition _,
                    GroupCommand.CreateConsumer _,
                    GroupCommand.RemoveConsumer _,
                    GroupCommand.Acknowledge _,
                    GroupCommand.Claim _,
                    GroupCommand.ClaimIdle _,
                    GroupCommand.GiveBack _,
                    GroupCommand.SumPending _,
                    GroupCommand.ListPending _ -> mayRead(command.group(), topic);
        };
    }

    private boolean mayRead(String group, String topic) {
        return access.may(Operation.READ, TOPIC, topic) && access.may(Operation.READ, GROUP, group);
    }

    private boolean mayRead(GroupCommand.ReadGroup read) {
        return read.streams().stream().allMatch(from -> mayRead(read.group(), streams.topicName(from.key())));
    }

    @Override
    public Wait await(GroupCommand.ReadGroup command, Executor executor, Consumer<StreamAnswer> answer) {
        if (mayRead(command)) {
            return streams.await(command, executor, answer);
        }
        executor.execute(() -> answer.accept(DENIED));
        return ANSWERED;
    }

    private boolean mayAdd(StreamCommand.Add add, String topic) {
        return access.may(Operation.WRITE, TOPIC, topic)
                && (add.trim().isEmpty() || access.may(Operation.DELETE, TOPIC, topic))
                && (!add.makesKey() || exists(add.key()) || mayMake(topic));
    }

    private boolean exists(StreamKey key) {
        return !(streams.find(key, Operation.DESCRIBE) instanceof Found.Nothing);
    }

    private boolean mayMake(String topic) {
        return access.sees(Operation.CREATE, CLUSTER, CLUSTER_NAME) || access.may(Operation.CREATE, TOPIC, topic);
    }

    @Override
    public boolean hasRoom() {
        return streams.hasRoom();
    }

    @Override
    public void whenRoom(Runnable task) {
        streams.whenRoom(task);
    }

    @Override
    public KeyPage keys(int database, long fromOrder, int countMax) {
        KeyPage page = streams.keys(database, fromOrder, countMax);
        List<StreamKey> seen = page.keys().stream()
                .filter(key -> access.sees(Operation.DESCRIBE, TOPIC, streams.topicName(key)))
                .toList();
        return new KeyPage(seen, page.nextOrder());
    }

    @Override
    public long keyCount(int database) {
        return streams.keyCount(database);
    }

    @Override
    public Watch watch(List<StreamKey> keys, Runnable listener) {
        return streams.watch(keys, listener);
    }

    @Override
    public Leader leader() {
        return streams.leader();
    }

    @Override
    public void onLeader(Runnable listener) {
        streams.onLeader(listener);
    }

    @Override
    public String durability() {
        return streams.durability();
    }

    @Override
    public int blockEntries() {
        return streams.blockEntries();
    }

    @Override
    public void blockEntries(int count) {
        if (access.may(Operation.ALTER_CONFIGS, CLUSTER, CLUSTER_NAME)) {
            streams.blockEntries(count);
        }
    }

    @Override
    public OnceLimits onceLimits() {
        return streams.onceLimits();
    }

    @Override
    public void onceLimits(OnceLimits limits) {
        if (access.may(Operation.ALTER_CONFIGS, CLUSTER, CLUSTER_NAME)) {
            streams.onceLimits(limits);
        }
    }

    @Override
    public CompletableFuture<ErrorCode> checkpoint() {
        return access.mayToCluster(Operation.ALTER)
                ? streams.checkpoint()
                : CompletableFuture.completedFuture(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    @Override
    public CompletableFuture<ErrorCode> reload() {
        return access.mayToCluster(Operation.ALTER)
                ? streams.reload()
                : CompletableFuture.completedFuture(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    @Override
    public long wallMs() {
        return streams.wallMs();
    }

    @Override
    public String topicName(StreamKey key) {
        return streams.topicName(key);
    }
}
