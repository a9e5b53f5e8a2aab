package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFullException;
import io.sluice.log.disk.RealDisk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FullDiskTest {
    private static final TopicId OLD = new TopicId(7, 8);
    private static final TopicId NEW = new TopicId(7, 9);
    private static final SegmentSettings SETTINGS = new SegmentSettings(16 * 1024, 1_000_000, 4096);

    @TempDir
    Path directory;

    private volatile boolean isFull;
    private Replication replication;

    @BeforeEach
    void open() {
        Disk real = new RealDisk();
        Disk disk = (Disk) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Disk.class},
                (proxy, method, arguments) -> call(real, method, arguments));
        replication = Replication.open(
                ReplicationSettings.defaults(directory).withPackedBytesMax(0),
                List.of(new ShardSpec(1, Durability.FSYNC, List.of())),
                disk,
                new SystemClock(),
                new SplittableRandom(1),
                Thread.ofPlatform().daemon().factory());
    }

    /** Full for segments only: the journal has its files already. */
    private Object call(Disk real, Method method, Object[] arguments) throws Throwable {
        boolean isForSegments = method.getName().equals("createDirectories")
                && arguments[0].toString().contains("partitions");
        if (isFull && isForSegments) {
            throw new DiskFullException("the disk is full", new IOException("No space left on device"));
        }
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @AfterEach
    void stop() {
        isFull = false;
        replication.stop();
    }

    private Shard shard() {
        return replication.shard(1);
    }

    private PartitionReplica open(TopicId id) {
        shard().propose(new ControlEntry.Open(id, 1, 0, 1, 0, 0, SETTINGS)).join();
        return Objects.requireNonNull(shard().partition(id, 0));
    }

    private void append(PartitionReplica replica) {
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        shard().append(replica, Batches.of("a"), Runnable::run, (error, base, start) -> answer.complete(error));
        assertThat(answer.join()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aTopicDroppedWhileNoCheckpointCanBeWrittenIsGoneFromTheNext() {
        append(open(OLD));
        assertThat(shard().checkpointer().write()).isTrue();
        isFull = true;
        append(open(NEW));
        shard().propose(new ControlEntry.Drop(OLD, 2)).join();

        assertThat(shard().checkpointer().write()).isFalse();
        isFull = false;
        assertThat(shard().checkpointer().write()).isTrue();
        replication.abandon();
        open();

        assertThat(shard().partition(OLD, 0)).isNull();
        assertThat(Batches.readAll(Objects.requireNonNull(shard().partition(NEW, 0))))
                .containsExactly("a");
        assertThat(directory.resolve("shard-1/partitions").toFile().list()).containsExactly(NEW.toString());
    }

    @Test
    void theTopicThatNeedsTheSpaceCanBeDeleted() {
        isFull = true;
        append(open(NEW));
        assertThat(shard().checkpointer().write()).isFalse();

        shard().propose(new ControlEntry.Drop(NEW, 2)).join();

        assertThat(shard().checkpointer().write()).isTrue();
    }
}
