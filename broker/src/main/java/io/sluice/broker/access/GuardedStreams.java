package io.sluice.broker.access;

import static io.sluice.broker.api.ResourceType.CLUSTER;
import static io.sluice.broker.api.ResourceType.CLUSTER_NAME;
import static io.sluice.broker.api.ResourceType.TOPIC;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Streams for one caller. What a command needs is asked for by the name of the key's topic. */
final class GuardedStreams implements StreamService {
    private static final StreamAnswer DENIED = new StreamAnswer.Refused(StreamFault.DENIED);

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
                allowed.add(commands.get(i));
            }
        }
        if (allowed.size() == commands.size()) {
            streams.execute(commands, isTransaction, executor, answer);
        } else if (allowed.isEmpty()) {
            executor.execute(() -> answer.accept(merged(isAllowed, List.of())));
        } else {
            streams.execute(allowed, isTransaction, executor, given -> answer.accept(merged(isAllowed, given)));
        }
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
            case StreamCommand.SetLastId _ -> access.may(Operation.ALTER, TOPIC, topic);
            case StreamCommand.Look _, StreamCommand.Unchanged _ -> access.may(Operation.READ, TOPIC, topic);
            case StreamCommand.Rename rename -> {
                String target = streams.topicName(rename.target());
                yield access.may(Operation.DELETE, TOPIC, topic)
                        && access.may(Operation.DELETE, TOPIC, target)
                        && mayMake(target);
            }
            case StreamCommand.DeleteEntries _,
                    StreamCommand.Trim _,
                    StreamCommand.RemoveKey _,
                    StreamCommand.Expire _ -> access.may(Operation.DELETE, TOPIC, topic);
        };
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
    public List<StreamKey> keys(int database, long fromOrder, int countMax) {
        return streams.keys(database, fromOrder, countMax).stream()
                .filter(key -> access.sees(Operation.DESCRIBE, TOPIC, streams.topicName(key)))
                .toList();
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
    public long wallMs() {
        return streams.wallMs();
    }

    @Override
    public String topicName(StreamKey key) {
        return streams.topicName(key);
    }
}
