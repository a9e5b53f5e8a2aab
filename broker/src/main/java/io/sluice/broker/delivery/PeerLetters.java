package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import io.sluice.common.PeerServices;
import io.sluice.common.TopicId;
import io.sluice.log.DamagedLogException;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dead letters between nodes: a topic for dead letters that has a name of its own may be led elsewhere than the records come
 * from. Each job opens the box first, which says what is in it, and puts its letters then, in the same term of that shard.
 *
 * <pre>
 * request   call 1 | group (see {@link DeliveryMessages}) | dead topic id 16 | partition 4 | leader epoch of the origin 8 | number 8
 * open 1    + whether some may be there 1 | first offset 8 | last offset 8
 * put 2     + term 8 | batch bytes
 * answer    {@link ForwardedResult}, of an open with term 8 | count 4 | offsets 8 each
 * </pre>
 *
 * <p>Who does not hear of a letter that it put asks what is there and puts the rest, so a request that comes late must not be
 * carried out: requests of a group's partition have turns, and none counts behind a later one ({@link LetterTurns}). Turns are
 * known as long as the box's leader is the same, which the term says. Any thread.
 */
public final class PeerLetters {
    /** Number of the service among nodes. */
    public static final int SERVICE = 6;

    private static final Logger LOG = LoggerFactory.getLogger(PeerLetters.class);
    private static final int OPEN = 1;
    private static final int PUT = 2;
    private static final long CALL_TIMEOUT_MS = 5_000;
    private static final Empty NOTHING = new Empty();

    /** A batch has one letter at most beyond the megabyte that fills it, and must fit into a message. */
    private static final int LETTER_BYTES_MAX = PeerServices.MESSAGE_BYTES_MAX / 2;

    private final PeerServices peers;
    private final Leaders leaders;
    private final LocalDeliveries.Node node;
    private final Executor blocking;
    private final LetterTurns turns = new LetterTurns();
    private final FoundLetters letters = new FoundLetters();
    private final AtomicLong numbers = new AtomicLong();

    /** Who leads what. Any thread. */
    @FunctionalInterface
    public interface Leaders {
        /** The node that leads the topic's partition: 0 if it is this one, nobody, or not known. */
        int elsewhere(TopicId topic, int partition);
    }

    private record Empty() {}

    /** From now on takes letters of other nodes; {@code blocking} runs what reads the disk. */
    public PeerLetters(PeerServices peers, Leaders leaders, LocalDeliveries.Node node, Executor blocking) {
        this.peers = peers;
        this.leaders = leaders;
        this.node = node;
        this.blocking = blocking;
        peers.serve(SERVICE, (from, request) -> answer(new ByteReader(request)));
    }

    /** The box in which the group's letters go; {@code origin} is where they come from. Empty if nobody is known to lead it. */
    Optional<LetterBox> find(DeliveryGroup group, PartitionReplica origin, Topic dead, int partition) {
        LetterTurns.Turn turn = new LetterTurns.Turn(origin.leaderEpoch(), numbers.incrementAndGet());
        Optional<LocalLetterBox> here = box(group, dead.id(), partition);
        if (here.isPresent()) {
            return here.<LetterBox>map(box -> new Own(box, turn));
        }
        int leader = leaders.elsewhere(dead.id(), partition);
        return leader == 0 ? Optional.empty() : Optional.of(new Remote(leader, group, dead, partition, turn));
    }

    private static LetterTurns.Box place(LocalLetterBox box) {
        return new LetterTurns.Box(box.group(), box.dead().id(), box.partition());
    }

    /** In turn with what other nodes put, who led the origin before or will. */
    private final class Own implements LetterBox {
        private final LocalLetterBox box;
        private final LetterTurns.Turn turn;
        private long term;

        Own(LocalLetterBox box, LetterTurns.Turn turn) {
            this.box = box;
            this.turn = turn;
        }

        @Override
        public int letterBytesMax() {
            return box.letterBytesMax();
        }

        @Override
        public Optional<Set<Long>> open(boolean mayBeWritten, long first, long last) {
            Result<Opened> opened = turns.take(
                            place(box),
                            turn,
                            () -> CompletableFuture.completedFuture(PeerLetters.open(box, mayBeWritten, first, last)),
                            Result.<Opened>failed(ErrorCode.REQUEST_TIMED_OUT))
                    .join();
            if (!opened.isOk()) {
                return Optional.empty();
            }
            term = opened.get().term();
            return Optional.of(opened.get().written());
        }

        @Override
        public void put(ByteBuffer batch, Consumer<ErrorCode> answer) {
            turns.take(place(box), turn, () -> PeerLetters.put(box, term, batch), ErrorCode.REQUEST_TIMED_OUT)
                    .thenAccept(answer);
        }
    }

    private final class Remote implements LetterBox {
        private final int leader;
        private final DeliveryGroup group;
        private final Topic dead;
        private final int partition;
        private final LetterTurns.Turn turn;
        private long term;

        Remote(int leader, DeliveryGroup group, Topic dead, int partition, LetterTurns.Turn turn) {
            this.leader = leader;
            this.group = group;
            this.dead = dead;
            this.partition = partition;
            this.turn = turn;
        }

        @Override
        public int letterBytesMax() {
            return Math.min(LETTER_BYTES_MAX, dead.settings().maxMessageBytes());
        }

        private ByteWriter request(int call) {
            return DeliveryMessages.request(call, group)
                    .putId(dead.id())
                    .putInt(partition)
                    .putLong(turn.term())
                    .putLong(turn.number());
        }

        @Override
        public Optional<Set<Long>> open(boolean mayBeWritten, long first, long last) {
            ByteWriter request =
                    request(OPEN).putByte(mayBeWritten ? 1 : 0).putLong(first).putLong(last);
            Result<Opened> opened = ask(request, Opened::read).join();
            if (!opened.isOk()) {
                return Optional.empty();
            }
            term = opened.get().term();
            return Optional.of(opened.get().written());
        }

        @Override
        public void put(ByteBuffer batch, Consumer<ErrorCode> answer) {
            byte[] bytes = new byte[batch.remaining()];
            batch.get(batch.position(), bytes);
            ask(request(PUT).putLong(term).putBytes(bytes), in -> NOTHING)
                    .thenAccept(result -> answer.accept(result.error()));
        }

        private <T> CompletableFuture<Result<T>> ask(ByteWriter request, Function<ByteReader, T> content) {
            return peers.call(leader, SERVICE, request.toBuffer(), CALL_TIMEOUT_MS)
                    .handle((answer, failure) -> {
                        if (answer == null) {
                            LOG.debug(
                                    "node {} does not answer about letters for topic={}", leader, dead.name(), failure);
                            return Result.failed(ErrorCode.REQUEST_TIMED_OUT);
                        }
                        try {
                            return ForwardedResult.read(new ByteReader(answer), content);
                        } catch (BrokenInvariantException malformed) {
                            LOG.warn("the answer of node {} about letters cannot be read", leader, malformed);
                            return Result.failed(ErrorCode.UNKNOWN_SERVER_ERROR);
                        }
                    });
        }
    }

    /** What is in a box, in a term of its leader. */
    private record Opened(long term, Set<Long> written) {
        void write(ByteWriter out) {
            out.putLong(term).putInt(written.size());
            written.forEach(out::putLong);
        }

        static Opened read(ByteReader in) {
            long term = in.getLong();
            int count = in.getCount(Long.BYTES);
            Set<Long> written = HashSet.newHashSet(count);
            for (int i = 0; i < count; i++) {
                written.add(in.getLong());
            }
            return new Opened(term, written);
        }
    }

    private CompletableFuture<ByteBuffer> answer(ByteReader in) {
        try {
            int call = in.getByte();
            DeliveryGroup group = DeliveryMessages.group(in);
            TopicId topic = in.getId();
            int partition = in.getInt();
            LetterTurns.Turn turn = new LetterTurns.Turn(in.getLong(), in.getLong());
            Optional<LocalLetterBox> box = box(group, topic, partition);
            return box.isEmpty()
                    ? CompletableFuture.completedFuture(told(ErrorCode.NOT_LEADER_OR_FOLLOWER))
                    : turns.take(place(box.get()), turn, work(call, box.get(), in), told(ErrorCode.REQUEST_TIMED_OUT));
        } catch (BrokenInvariantException malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
    }

    private Optional<LocalLetterBox> box(DeliveryGroup group, TopicId topic, int partition) {
        return node.topic(topic)
                .flatMap(dead -> node.replica(topic, partition)
                        .filter(PartitionReplica::isLeading)
                        .map(replica -> new LocalLetterBox(group, dead, partition, replica, letters)));
    }

    private Supplier<CompletableFuture<ByteBuffer>> work(int call, LocalLetterBox box, ByteReader in) {
        return switch (call) {
            case OPEN -> {
                boolean mayBeWritten = in.getByte() == 1;
                long first = in.getLong();
                long last = in.getLong();
                yield () -> CompletableFuture.supplyAsync(() -> told(open(box, mayBeWritten, first, last)), blocking);
            }
            case PUT -> {
                long term = in.getLong();
                ByteBuffer batch = ByteBuffer.wrap(in.getBytes());
                yield () -> put(box, term, batch).thenApply(PeerLetters::told);
            }
            default -> throw new BrokenInvariantException("a node asks letters for " + call);
        };
    }

    private static Result<Opened> open(LocalLetterBox box, boolean mayBeWritten, long first, long last) {
        try {
            long term = box.replica().shard().leadership().term();
            return box.open(mayBeWritten, first, last)
                    .map(written -> Result.of(new Opened(term, written)))
                    .orElse(Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        } catch (DiskException | DamagedLogException failure) {
            LOG.warn("topic={} cannot be searched for dead letters", box.dead().name(), failure);
            return Result.failed(ErrorCode.STORAGE_ERROR);
        }
    }

    private static CompletableFuture<ErrorCode> put(LocalLetterBox box, long term, ByteBuffer batch) {
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        if (box.replica().shard().leadership().term() == term) {
            box.put(batch, answer::complete);
        } else {
            answer.complete(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        return answer;
    }

    private static ByteBuffer told(Result<Opened> opened) {
        ByteWriter out = new ByteWriter();
        ForwardedResult.write(out, opened, (content, found) -> found.write(content));
        return out.toBuffer();
    }

    private static ByteBuffer told(ErrorCode error) {
        ByteWriter out = new ByteWriter();
        Result<Empty> result = error == ErrorCode.NONE ? Result.of(NOTHING) : Result.failed(error);
        ForwardedResult.write(out, result, (content, nothing) -> {});
        return out.toBuffer();
    }
}
