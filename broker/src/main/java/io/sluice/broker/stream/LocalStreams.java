package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.StreamView;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicListener;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.broker.topic.StreamAppends;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.DamagedLogException;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.AppendCallback;
import io.sluice.replication.Leadership;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Shard;
import io.sluice.replication.runtime.Decision;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of this node: those of one data shard, and the topics that were not made as streams. Commands are decided on the
 * shard's apply thread; what is committed is published to a directory that any thread reads.
 */
public final class LocalStreams implements StreamService, StreamAppends {
    private static final Logger LOG = LoggerFactory.getLogger(LocalStreams.class);
    private static final char PARTITION_MARK = '#';

    private final StreamMachine machine;
    private final Shard shard;
    private final LocalTopics topics;
    private final StreamSettings settings;
    private final Surroundings around;
    private final StreamDirectory directory = new StreamDirectory();
    private final IdLoads loads = new IdLoads();
    private final TopicAnnouncer announcer;
    private final StreamLots lots;
    private final StreamRules rules = new Rules();

    /** One for all views. */
    private final Function<TopicId, Optional<PartitionReplica>> partitions = this::partition;

    /**
     * What it stands on.
     *
     * @param clock wall time for ids and expiries
     * @param random ids of topics; safe for several threads
     * @param blocking runs look-ups on disk
     * @param checkpoint writes one of the shard, false if the disk is full
     * @param leader the node that leads the shard as the metadata knows it, for nodes that do not keep it; not positive if none
     */
    public record Surroundings(
            Clock clock,
            RandomGenerator random,
            Executor blocking,
            Supplier<CompletableFuture<Boolean>> checkpoint,
            IntSupplier leader) {}

    /** Streams of the machine that lives in the shard. */
    public LocalStreams(
            StreamShard machine, Shard shard, LocalTopics topics, StreamSettings settings, Surroundings around) {
        this.machine = machine.machine();
        this.shard = shard;
        this.topics = topics;
        this.settings = settings;
        this.around = around;
        announcer = new TopicAnnouncer(this.machine, shard, topics);
        lots = new StreamLots(runs -> shard.submitAll(this.machine, runs));
    }

    /**
     * Shows what there is and, where this node leads, tells the metadata of what it missed; the topics have started. Complete
     * when it is shown: before, readers would find no streams.
     */
    public CompletableFuture<Boolean> start() {
        machine.tell(new News());
        CompletableFuture<Boolean> shown = new CompletableFuture<>();
        Resume resume = new Resume(
                nowMs -> {
                    resume(nowMs);
                    forgetDeleted();
                    shown.complete(true);
                },
                () -> {
                    showAll();
                    shown.complete(true);
                });
        shard.submit(machine, resume);
        topics.addListener(new WakeByTopic());
        return shown;
    }

    /** Topics that somebody deleted just before the last stop. */
    private void forgetDeleted() {
        for (StreamState state : machine.all()) {
            if (machine.isAnnounced(state.topicId()) && !topics.isKnown(state.topicId())) {
                shard.submit(machine, new ForgetTopic(state.topicId(), rules, this::committed));
            }
        }
    }

    /** Streams of which no event told: those of a checkpoint, this node's or one that it took from another. */
    private void showAll() {
        directory.keep(key -> machine.find(key) != null);
        machine.all().forEach(state -> publish(state.key(), state));
    }

    private void resume(long nowMs) {
        showAll();
        for (StreamState state : machine.all()) {
            if (state.expiresWallMs() != StreamState.NEVER) {
                long dueMs = rules.dueMs(state.expiresWallMs(), around.clock().wallMs(), nowMs);
                machine.expiries().add(state.topicId(), dueMs);
            }
        }
        long wallMs = around.clock().wallMs();
        machine.once()
                .dueWallMs()
                .forEach((topicId, dueWallMs) ->
                        machine.onceExpiries().add(topicId, rules.dueMs(dueWallMs, wallMs, nowMs)));
        announcer.resume();
    }

    private LocalStreamView view(StreamState state) {
        return view(state, beside(state));
    }

    private LocalStreamView view(StreamState state, StreamDirectory.Beside beside) {
        return new LocalStreamView(state, partitions, settings.blockEntries(), beside.groupCount(), beside.once());
    }

    /** On the apply thread. */
    private StreamDirectory.Beside beside(StreamState state) {
        return new StreamDirectory.Beside(
                machine.groupCount(state.topicId()), machine.once().figures(state.topicId()));
    }

    private Optional<PartitionReplica> partition(TopicId topicId) {
        return Optional.ofNullable(shard.partition(topicId, 0));
    }

    @Override
    public Found find(StreamKey key, Operation operation) {
        StreamState own = directory.find(key);
        if (own != null) {
            return own.isExpired(around.clock().wallMs())
                    ? Found.Nothing.INSTANCE
                    : new Found.Stream(view(own, directory.beside(key)));
        }
        return switch (topicOf(key)) {
            case TopicOf.None _ -> Found.Nothing.INSTANCE;
            case TopicOf.Many _ -> new Found.Refused(StreamFault.SEVERAL_PARTITIONS);
            case TopicOf.One one -> new Found.Stream(new TopicStreamView(one.partition()));
        };
    }

    private sealed interface TopicOf {
        record None() implements TopicOf {}

        record Many() implements TopicOf {}

        record One(Partition partition) implements TopicOf {}
    }

    /** The topic of that name that was not made as a stream. */
    private TopicOf topicOf(StreamKey key) {
        if (key.database() != 0 || directory.find(key) != null) {
            return new TopicOf.None();
        }
        String name = StreamNames.asText(key);
        int mark = name.lastIndexOf(PARTITION_MARK);
        String topicName = mark < 0 ? name : name.substring(0, mark);
        Topic topic = topics.find(topicName).filter(found -> !isStream(found)).orElse(null);
        if (topic == null) {
            return new TopicOf.None();
        }
        if (mark < 0) {
            return topic.partitionCount() > 1 ? new TopicOf.Many() : new TopicOf.One(topic.partition(0));
        }
        int index = partitionNumber(name.substring(mark + 1), topic.partitionCount());
        return index < 0 || topic.partitionCount() == 1 ? new TopicOf.None() : new TopicOf.One(topic.partition(index));
    }

    private static int partitionNumber(String text, int partitionCount) {
        byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
        int charsMax = 6;
        boolean isNumber = digits.length <= charsMax
                && EntryId.isNumber(digits, 0, digits.length)
                && (digits.length == 1 || digits[0] != '0');
        int number = isNumber ? (int) EntryId.number(digits, 0, digits.length) : -1;
        return number < partitionCount ? number : -1;
    }

    /** Whether the topic was made as a stream. */
    public static boolean isStream(Topic topic) {
        return StreamSettings.OWN_IDS.equals(topic.settings().explicit().get(StreamSettings.IDS_CONFIG));
    }

    @Override
    public void execute(
            List<StreamCommand> commands,
            boolean isTransaction,
            Executor executor,
            Consumer<List<StreamAnswer>> answer) {
        int ownCount = 0;
        for (StreamCommand command : commands) {
            ownCount += topicOf(command.key()) instanceof TopicOf.None ? 1 : 0;
        }
        if (ownCount == commands.size()) {
            decide(commands, isTransaction, executor, answer);
        } else {
            MixedRun run = new MixedRun(
                    commands,
                    this::ofTopic,
                    (some, told) -> decide(some, isTransaction, executor, told),
                    answers -> handOver(executor, answer, answers));
            if (isTransaction) {
                run.together();
            } else {
                run.next();
            }
        }
    }

    /** What a command on a topic that was not made as a stream is carried out by, if it is one. */
    private Optional<TopicCommands> ofTopic(StreamKey key) {
        return switch (topicOf(key)) {
            case TopicOf.None _ -> Optional.empty();
            case TopicOf.Many _ -> Optional.of(TopicCommands.several());
            case TopicOf.One one -> Optional.of(TopicCommands.of(one.partition(), around.clock()));
        };
    }

    private void decide(
            List<StreamCommand> commands,
            boolean isTransaction,
            Executor executor,
            Consumer<List<StreamAnswer>> answer) {
        List<StreamStep> steps = new ArrayList<>(commands.size());
        long bytes = 0;
        for (StreamCommand command : commands) {
            StreamStep step = StreamStep.of(command);
            bytes += step.entry().value().length;
            steps.add(step);
        }
        boolean isTooLarge =
                steps.stream().anyMatch(step -> step.entry().value().length > StreamSettings.ENTRY_BYTES_MAX);
        if (isTooLarge || bytes > StreamSettings.RUN_BYTES_MAX) {
            handOver(executor, answer, StreamRun.allRefused(commands.size(), StreamFault.TOO_LARGE));
        } else if (bytes > 0 && !shard.takeSpace((int) bytes)) {
            handOver(executor, answer, StreamRun.allRefused(commands.size(), StreamFault.STORAGE));
        } else {
            Waiting waiting = new Waiting(commands, executor, answer);
            Lookups lookups = new Lookups(this::partition, loads);
            lots.add(executor, new StreamRun(steps, isTransaction, rules, lookups, waiting));
        }
    }

    @Override
    public void append(TopicId topicId, ByteBuffer batch, Executor executor, AppendCallback callback) {
        ByteBuffer copy = ByteBuffer.allocate(batch.remaining());
        copy.put(0, batch, batch.position(), batch.remaining());
        if (!shard.takeSpace(copy.capacity())) {
            executor.execute(() -> callback.completed(ErrorCode.STORAGE_ERROR, -1, -1));
            return;
        }
        BatchWaiting waiting = new BatchWaiting(topicId, executor, callback);
        shard.submit(machine, new AddBatch(topicId, new ProducedBatch(copy), rules, this::partition, waiting));
    }

    /** Waits for one batch of a producer. */
    private final class BatchWaiting implements AddBatch.Waiting {
        private final TopicId topicId;
        private final Executor executor;
        private final AppendCallback callback;

        BatchWaiting(TopicId topicId, Executor executor, AppendCallback callback) {
            this.topicId = topicId;
            this.executor = executor;
            this.callback = callback;
        }

        @Override
        public void done(StreamTurn turn, ErrorCode error, long baseOffset) {
            committed(turn);
            StreamState state = machine.find(topicId);
            long startOffset = state == null ? -1 : state.firstOffset();
            tell(() -> callback.completed(error, baseOffset, startOffset));
        }

        @Override
        public void failed(ErrorCode error) {
            tell(() -> callback.completed(error, -1, -1));
        }

        private void tell(Runnable answer) {
            try {
                executor.execute(answer);
            } catch (RejectedExecutionException over) {
                LOG.debug("nobody is left to be told of a batch", over);
            }
        }
    }

    /** Trims the stream of the topic to begin at the offset; for retention. */
    public CompletableFuture<ErrorCode> trimBelow(TopicId topicId, long offset) {
        CompletableFuture<ErrorCode> trimmed = new CompletableFuture<>();
        shard.submit(machine, new TrimBelow(topicId, offset, rules, this::committed, trimmed));
        return trimmed;
    }

    private static void handOver(Executor executor, Consumer<List<StreamAnswer>> answer, List<StreamAnswer> answers) {
        try {
            executor.execute(() -> answer.accept(answers));
        } catch (RejectedExecutionException over) {
            LOG.debug("nobody is left to be told of {} stream commands", answers.size(), over);
        }
    }

    /** Waits for one run. */
    private final class Waiting implements StreamRun.Waiting {
        private final int count;
        private final boolean looks;
        private final Executor executor;
        private final Consumer<List<StreamAnswer>> answer;

        Waiting(List<StreamCommand> commands, Executor executor, Consumer<List<StreamAnswer>> answer) {
            this.count = commands.size();
            this.looks = commands.stream().anyMatch(StreamCommand.Look.class::isInstance);
            this.executor = executor;
            this.answer = answer;
        }

        @Override
        public void done(StreamTurn turn, List<StreamAnswer> answers) {
            publishAll(turn);
            shard.answer(executor, () -> answer.accept(answers));
            if (looks && !turn.removed().isEmpty()) {
                // What the transaction saw of streams that it then removed is read by whoever waits for it.
                shard.answer(executor, () -> forgetAll(turn));
            } else {
                forgetAll(turn);
            }
            turn.made().forEach(announcer::announce);
        }

        @Override
        public void handedOut(List<StreamAnswer> answers) {
            shard.answer(executor, () -> answer.accept(answers));
        }

        @Override
        public void committed(StreamTurn turn) {
            LocalStreams.this.committed(turn);
        }

        @Override
        public void failed(StreamFault fault) {
            handOver(executor, answer, StreamRun.allRefused(count, fault));
        }

        @Override
        public void mustLookUp(StreamRun run) {
            lookUp(run.lookups(), () -> shard.submit(machine, run), this::failed);
        }
    }

    /** Goes on once everything is looked up, elsewhere. */
    private void lookUp(Lookups lookups, Runnable whenFound, Consumer<StreamFault> otherwise) {
        around.blocking().execute(() -> {
            try {
                lookups.lookUpMissing();
            } catch (DamagedLogException | DiskException failure) {
                LOG.error("entries of a stream cannot be looked up", failure);
                otherwise.accept(StreamFault.STORAGE);
                return;
            }
            whenFound.run();
        });
    }

    @Override
    public Wait await(GroupCommand.ReadGroup command, Executor executor, Consumer<StreamAnswer> answer) {
        Consumer<StreamAnswer> handOver =
                given -> handOver(executor, answers -> answer.accept(answers.getFirst()), List.of(given));
        GroupWait wait = new GroupWait(
                command,
                handOver,
                ended -> shard.submit(
                        machine, new Resume(nowMs -> machine.waiters().remove(ended), () -> {})));
        boolean isOfTopic = command.streams().stream().anyMatch(from -> !(topicOf(from.key()) instanceof TopicOf.None));
        if (isOfTopic && wait.take()) {
            wait.answer(new StreamAnswer.Refused(StreamFault.NOT_FOR_TOPICS));
        } else {
            shard.submit(
                    machine, new WaitingRead(wait, rules, new Lookups(this::partition, loads), new AwaitingEntries()));
        }
        return wait;
    }

    /** What a read that waits needs of its surroundings. */
    private final class AwaitingEntries implements WaitingRead.Around {
        @Override
        public void decided(StreamTurn turn) {
            committed(turn);
        }

        @Override
        public void mustLookUp(WaitingRead read) {
            lookUp(read.lookups(), () -> shard.submit(machine, read), read::failed);
        }
    }

    /** On the apply thread. */
    private void committed(StreamTurn turn) {
        publishAll(turn);
        forgetAll(turn);
    }

    private void publishAll(StreamTurn turn) {
        for (StreamKey key : turn.touched()) {
            publish(key, machine.find(key));
        }
    }

    private void forgetAll(StreamTurn turn) {
        turn.removed().forEach(announcer::forget);
    }

    private void publish(StreamKey key, @Nullable StreamState state) {
        // The state's own key: the one of a command would be kept beside it.
        if (state == null) {
            directory.publish(key, null, StreamDirectory.Beside.NOTHING);
        } else {
            directory.publish(state.key(), state, beside(state));
        }
    }

    @Override
    public boolean hasRoom() {
        return shard.hasRoom();
    }

    @Override
    public void whenRoom(Runnable task) {
        shard.whenRoom(task);
    }

    @Override
    public KeyPage keys(int database, long fromOrder, int countMax) {
        return directory.keys(database, fromOrder, countMax);
    }

    @Override
    public long keyCount(int database) {
        return directory.count(database);
    }

    @Override
    public Watch watch(List<StreamKey> keys, Runnable listener) {
        Growth growth = new Growth(listener);
        List<Partition> partitions = new ArrayList<>();
        for (StreamKey key : keys) {
            directory.watch(key, listener);
            if (topicOf(key) instanceof TopicOf.One one) {
                one.partition().addListener(growth);
                partitions.add(one.partition());
            }
        }
        return () -> {
            keys.forEach(key -> directory.unwatch(key, listener));
            partitions.forEach(partition -> partition.removeListener(growth));
        };
    }

    /** Passes growth on. */
    private record Growth(Runnable listener) implements Partition.GrowthListener {
        @Override
        public void grew(int lengthBytes) {
            listener.run();
        }

        @Override
        public void closed(ErrorCode reason) {
            listener.run();
        }
    }

    @Override
    public Leader leader() {
        Leadership leadership = shard.leadership();
        int known = leadership.leaderId();
        int nodeId = known > 0 ? known : Math.max(0, around.leader().getAsInt());
        return new Leader(nodeId, leadership.term(), leadership.isHere());
    }

    @Override
    public void onLeader(Runnable listener) {
        shard.onLeadership(changed -> listener.run());
    }

    @Override
    public String durability() {
        return shard.durability().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int blockEntries() {
        return settings.blockEntries();
    }

    @Override
    public void blockEntries(int count) {
        settings.blockEntries(count);
    }

    @Override
    public OnceLimits onceLimits() {
        return settings.onceLimits();
    }

    @Override
    public void onceLimits(OnceLimits limits) {
        settings.onceLimits(limits);
    }

    @Override
    public CompletableFuture<ErrorCode> checkpoint() {
        return around.checkpoint().get().thenApply(isWritten -> isWritten ? ErrorCode.NONE : ErrorCode.STORAGE_ERROR);
    }

    @Override
    public CompletableFuture<ErrorCode> reload() {
        return shard.reload(machine).thenApply(done -> ErrorCode.NONE);
    }

    @Override
    public long wallMs() {
        return around.clock().wallMs();
    }

    @Override
    public String topicName(StreamKey key) {
        return topicOf(key) instanceof TopicOf.One one ? one.partition().topic().name() : StreamNames.of(key);
    }

    private final class Rules implements StreamRules {
        @Override
        public Clock clock() {
            return around.clock();
        }

        @Override
        public int keysMax() {
            return settings.keysMax();
        }

        @Override
        public int blockEntries() {
            return settings.blockEntries();
        }

        @Override
        public OnceLimits onceLimits() {
            return settings.onceLimits();
        }

        @Override
        public SegmentSettings segments() {
            return announcer.segments();
        }

        @Override
        public boolean takeSpace(int lengthBytes) {
            return shard.takeSpace(lengthBytes);
        }

        @Override
        public TopicId newTopicId() {
            return new TopicId(around.random().nextLong(), around.random().nextLong());
        }

        @Override
        public StreamView view(StreamState state) {
            return LocalStreams.this.view(state);
        }
    }

    /** What comes without a run of ours. On the apply thread. */
    private final class News implements StreamNews {
        @Override
        public void changed(StreamKey key, @Nullable StreamState state) {
            publish(key, state);
        }

        @Override
        public void replaced() {
            showAll();
        }

        @Override
        public void leading(long nowMs) {
            resume(nowMs);
        }

        @Override
        public void expired(StreamMachine streams, Decision decision, long nowMs) {
            StreamTurn turn =
                    new StreamTurn(streams, decision, rules, new Lookups(LocalStreams.this::partition, loads), nowMs);
            Optional<TopicId> due = streams.expiries().poll(nowMs);
            while (due.isPresent()) {
                turn.expireIfDue(due.get());
                due = decision.hasRoom() ? streams.expiries().poll(nowMs) : Optional.empty();
            }
            Optional<TopicId> remembering = streams.onceExpiries().poll(nowMs);
            while (remembering.isPresent()) {
                turn.once().forgetIfDue(remembering.get());
                remembering = decision.hasRoom() ? streams.onceExpiries().poll(nowMs) : Optional.empty();
            }
            GroupService.serve(turn);
            GroupService.serveDue(turn, nowMs);
            decision.afterCommit(() -> committed(turn), error -> LOG.debug("expired keys stay for now: {}", error));
        }
    }

    /** A topic of a name that readers wait for may be a stream to them. */
    private final class WakeByTopic implements TopicListener {
        @Override
        public void created(Topic topic) {
            wake(topic);
        }

        @Override
        public void deleted(Topic topic) {
            if (isStream(topic)) {
                shard.submit(machine, new ForgetTopic(topic.id(), rules, LocalStreams.this::committed));
            }
            wake(topic);
        }

        @Override
        public void partitionsAdded(Topic topic, int before) {
            wake(topic);
        }

        private void wake(Topic topic) {
            if (!directory.isWatched()) {
                // So it is after a start, which tells of all topics.
                return;
            }
            directory.wake(new StreamKey(0, topic.name().getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
