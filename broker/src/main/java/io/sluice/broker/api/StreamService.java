package io.sluice.broker.api;

import java.util.List;
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

    /** Whether commands are taken now; if not, stop reading from the client until {@link #whenRoom} runs its task. */
    boolean hasRoom();

    /** Runs the task once there is room; on any thread: it hands over only. */
    void whenRoom(Runnable task);

    /**
     * Keys of streams in the database, topics that were not made as streams left out, from the place in the order of keys on,
     * about {@code countMax} of them but all of the same place together; only those whose topics the caller may DESCRIBE.
     */
    List<StreamKey> keys(int database, long fromOrder, int countMax);

    /** Number of keys of the database, whoever asks. */
    long keyCount(int database);

    /** Hears, on any thread, that one of the streams has changed, was made or is gone, until it is ended. Hands over only. */
    Watch watch(List<StreamKey> keys, Runnable listener);

    /** Somebody who hears. */
    interface Watch {
        /** Hears no more; one more call may be under way. */
        void end();
    }

    /** What an add promises: {@code fsync} or {@code os}. */
    String durability();

    /** Entries of a block, which a rough trim keeps or drops as a whole. */
    int blockEntries();

    /** Other blocks from now on, of 1 to 1,000,000 entries. Needs ALTER_CONFIGS on the cluster: without, nothing happens. */
    void blockEntries(int count);

    /** Wall time of the broker. */
    long wallMs();

    /** The key's topic as Kafka clients see it, as long as no other topic has the name. */
    String topicName(StreamKey key);
}
