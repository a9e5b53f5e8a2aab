package io.sluice.broker.api;

import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Streams by key: entries with ids, as Redis has them. A stream is a topic of one partition; a topic that was not made as a
 * stream is seen as one too, with ids that follow from offsets. Any thread; nothing blocks but where a {@link StreamView}
 * says so.
 */
public interface StreamService {
    /**
     * The stream as it is committed now; empty if there is none.
     * Needs the operation on the topic of the key: READ for entries, DESCRIBE for what is known about them.
     */
    Found find(StreamKey key, Operation operation);

    /** A stream, nothing, or why not. */
    sealed interface Found {
        /** Here it is. */
        record Stream(StreamView view) implements Found {}

        /** There is no such key. */
        record Nothing() implements Found {
            /** The only one. */
            public static final Nothing INSTANCE = new Nothing();
        }

        /** It cannot be used so. */
        record Refused(StreamFault fault) implements Found {}
    }

    /**
     * Carries out the commands in order, with nothing of others in between, and answers each of them in order on the executor
     * once everything is as durable as its topic says; never inside this call. If {@code isTransaction}, a command that is
     * refused does not keep the others from happening, but CHANGED_MEANWHILE and TOPIC_IN_TRANSACTION refuse them all.
     * What each command needs stands at the command.
     */
    void execute(
            List<StreamCommand> commands,
            boolean isTransaction,
            Executor executor,
            Consumer<List<StreamAnswer>> answer);

    /**
     * Carries out the command as {@link #execute} does, but if there is nothing to hand out, waits for it: whoever began to wait
     * for a group first is served first. Answers once, on the executor, unless the wait is ended before.
     */
    Wait await(GroupCommand.ReadGroup command, Executor executor, Consumer<StreamAnswer> answer);

    /** Somebody who waits for entries. */
    interface Wait {
        /** Waits no more; false if the answer is on its way, which then comes all the same. */
        boolean end();

        /**
         * The time to wait is over: as {@link #end} if nothing was found so far. If nobody has looked yet, it is false and the
         * answer, with what was found or with nothing, comes as soon as that is known.
         */
        boolean expire();
    }

    /** Whether commands are taken now; if not, stop reading from the client until {@link #whenRoom} runs its task. */
    boolean hasRoom();

    /** Runs the task once there is room; on any thread: it hands over only. */
    void whenRoom(Runnable task);

    /**
     * Keys of streams in the database, topics that were not made as streams left out, from the place in the order of keys on,
     * about {@code countMax} of them but all of the same place together; of these only those whose topics the caller may DESCRIBE.
     */
    KeyPage keys(int database, long fromOrder, int countMax);

    /**
     * Some keys.
     *
     * @param keys in the order of keys; perhaps none although there are more
     * @param nextOrder the place where to go on, 0 if there are no more
     */
    record KeyPage(List<StreamKey> keys, long nextOrder) {
        /** Copies the list. */
        public KeyPage {
            keys = List.copyOf(keys);
        }

        /** Whether there are no more. */
        public boolean isLast() {
            return nextOrder == 0;
        }
    }

    /** Number of keys of the database, whoever asks. */
    long keyCount(int database);

    /** Hears, on any thread, that one of the streams has changed, was made or is gone, until it is ended. Hands over only. */
    Watch watch(List<StreamKey> keys, Runnable listener);

    /** Somebody who hears. */
    interface Watch {
        /** Hears no more; one more call may be under way. */
        void end();
    }

    /** Who decides about streams, as this node knows it; no secret. */
    Leader leader();

    /**
     * Who decides.
     *
     * @param nodeId 0 if nobody is known to
     * @param term rises whenever somebody else begins to
     * @param isHere whether this node decides now
     */
    record Leader(int nodeId, long term, boolean isHere) {}

    /** Runs the listener whenever {@link #leader} has changed, on any thread: it hands over only. No secret. */
    void onLeader(Runnable listener);

    /** What an add promises: {@code fsync} or {@code os}. */
    String durability();

    /** Entries of a block, which a rough trim keeps or drops as a whole. */
    int blockEntries();

    /** Other blocks from now on, of 1 to 1,000,000 entries. Needs ALTER_CONFIGS on the cluster: without, nothing happens. */
    void blockEntries(int count);

    /** For how long streams that are made from now on remember what was added under ids of producers. */
    OnceLimits onceLimits();

    /** Other limits from now on, until the broker stops. Needs ALTER_CONFIGS on the cluster: without, nothing happens. */
    void onceLimits(OnceLimits limits);

    /**
     * Writes a checkpoint, after which the next start replays nothing from before: NONE, STORAGE_ERROR without room, else why
     * not. Needs ALTER on the cluster.
     */
    CompletableFuture<ErrorCode> checkpoint();

    /**
     * Drops what this node has in memory of all streams and groups and makes it anew from the bytes that a checkpoint would hold,
     * as a start does: nobody should notice. NONE, else why not. Needs ALTER on the cluster.
     */
    CompletableFuture<ErrorCode> reload();

    /** Wall time of the broker. */
    long wallMs();

    /** The key's topic as Kafka clients see it, as long as no other topic has the name. */
    String topicName(StreamKey key);
}
