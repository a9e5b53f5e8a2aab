package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.BufferPool;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.BlockLists;
import io.sluice.log.Compacted;
import io.sluice.log.OpenFiles;
import io.sluice.log.SealedBlocks;
import io.sluice.log.SegmentBytes;
import io.sluice.log.SegmentFile;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.log.disk.WholeFile;
import io.sluice.replication.journal.TransferFailedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What this node has does not come over the network, and what came to be something else here does. */
class CheckpointFetchTest {
    private static final TopicId TOPIC = new TopicId(5, 6);
    private static final Path DATA = Path.of("/data");
    private static final Path SHARD = DATA.resolve("shard-1");
    private static final Path PARTITION = SHARD.resolve("partitions/" + TOPIC + "/0");
    private static final int BLOCK_BYTES = SealedBlocks.BLOCK_BYTES;
    private static final byte[] THEIRS = random(1, 3 * BLOCK_BYTES + 1234);
    private static final SegmentFile AS_APPENDED = new SegmentFile(0, THEIRS.length, 7, 5);
    private static final SegmentFile COMPACTED = AS_APPENDED.of(2);
    private static final long INDEX = 77;

    private final CheckpointPeer peer = new CheckpointPeer();
    private final InstallBytes installed = new InstallBytes();
    private final AtomicBoolean isCancelled = new AtomicBoolean();
    private SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1));

    private static byte[] random(long seed, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private SegmentBytes names(SegmentFile file) {
        return new SegmentBytes(disk, new OpenFiles(1), PARTITION, file);
    }

    private static String path(Path file) {
        return SHARD.relativize(file).toString();
    }

    private static Path staged(Path file) {
        return SHARD.resolve(StagedCheckpoint.PREFIX + path(file));
    }

    private void theyHave(SegmentFile file, byte[] bytes) {
        PartitionImage image = new PartitionImage(
                TOPIC,
                0,
                0,
                1_000,
                1,
                0,
                Residence.OPENED,
                EpochHistory.EMPTY,
                null,
                List.of(file),
                new Compacted(0, Long.MAX_VALUE, file.generation()));
        peer.has(new CheckpointFile.Content(INDEX, 3, 0, List.of(), List.of(), List.of(image.encode())));
        peer.has(path(names(file).records()), bytes);
    }

    private void theySealed(SegmentFile file, byte[] bytes) {
        theyHave(file, bytes);
        peer.has(path(names(file).blockCrcs()), BlockLists.of(bytes));
    }

    private void thisHas(SegmentFile file, byte[] bytes) {
        write(names(file).records(), bytes, true);
    }

    private void thisSealed(SegmentFile file, byte[] bytes) {
        thisHas(file, bytes);
        write(names(file).blockCrcs(), BlockLists.of(bytes), true);
    }

    private void write(Path path, byte[] bytes, boolean isSynced) {
        if (!disk.exists(PARTITION)) {
            DataDirectory.createDurably(disk, PARTITION);
        }
        try (DiskFile file = disk.create(path)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            if (isSynced) {
                file.sync();
            }
        }
        disk.syncDirectory(PARTITION);
    }

    private byte[] bytes(Path path) {
        return WholeFile.read(disk, path, disk.sizeBytes(path)).array();
    }

    private CheckpointFile.Content fetch() {
        SplittableRandom random = new SplittableRandom(1);
        SystemClock clock = new SystemClock();
        NodeParts node = new NodeParts(
                ReplicationSettings.defaults(DATA),
                disk,
                clock,
                random,
                new NodeThreads(task -> Thread.ofPlatform().unstarted(task)),
                new OpenFiles(1),
                new BufferPool(1 << 10, 1),
                new TailBudget(1 << 20, 1 << 30),
                new SegmentWriter(clock),
                new DamageRegister(true),
                new FreeSpace(),
                new CopyPace(clock, ReplicationSettings.COPY_BYTES_PER_SECOND),
                Optional.empty());
        return new CheckpointFetch(node, 1, SHARD, installed).run(peer, 2, INDEX, isCancelled::get);
    }

    private void assertCameWith(SegmentFile file, long fetchedBytes) {
        Path records = names(file).records();
        assertThat(bytes(staged(records))).isEqualTo(THEIRS);
        assertThat(bytes(staged(names(file).blockCrcs()))).isEqualTo(BlockLists.of(THEIRS));
        assertThat(peer.givenBytes(path(records))).isEqualTo(fetchedBytes);
        assertThat(installed.reused()).isEqualTo(THEIRS.length - fetchedBytes);
        assertThat(installed.fetched()).isEqualTo(fetchedBytes + BlockLists.of(THEIRS).length);
    }

    @Test
    void whatIsNotHereIsFetched() {
        theySealed(AS_APPENDED, THEIRS);

        assertThat(fetch().index()).isEqualTo(INDEX);

        assertCameWith(AS_APPENDED, THEIRS.length);
    }

    @Test
    void aSealedSegmentThatIsTheSameHereIsNotFetched() {
        theySealed(AS_APPENDED, THEIRS);
        thisSealed(AS_APPENDED, THEIRS);
        long usableBytes = disk.usableBytes(DATA);

        fetch();

        assertCameWith(AS_APPENDED, 0);
        assertThat(usableBytes - disk.usableBytes(DATA))
                .as("it has another name")
                .isLessThan(BLOCK_BYTES);
        assertThat(bytes(names(AS_APPENDED).records()))
                .as("until it is replaced it is read")
                .isEqualTo(THEIRS);
    }

    /** The list beside it says nothing of that. */
    @Test
    void aBlockInWhichABitFlippedHereIsFetched() {
        theySealed(AS_APPENDED, THEIRS);
        thisSealed(AS_APPENDED, THEIRS);
        disk.flipByte(names(AS_APPENDED).records(), BLOCK_BYTES + 17, (byte) 4);

        fetch();

        assertCameWith(AS_APPENDED, BLOCK_BYTES);
        assertThat(bytes(names(AS_APPENDED).records()))
                .as("what is read until then stays what it was")
                .isNotEqualTo(THEIRS);
    }

    @Test
    void aBlockThatTheDiskHasLostIsFetched() {
        theySealed(AS_APPENDED, THEIRS);
        thisSealed(AS_APPENDED, THEIRS);
        disk.loseSector(names(AS_APPENDED).records(), 2L * BLOCK_BYTES, 2L * BLOCK_BYTES + 512);

        fetch();

        assertCameWith(AS_APPENDED, BLOCK_BYTES);
    }

    /** It may be written still: what comes to be in it must not come into the other. */
    @Test
    void whatIsNotSealedHereIsCopied() {
        theySealed(AS_APPENDED, THEIRS);
        thisHas(AS_APPENDED, THEIRS);

        fetch();
        try (DiskFile file = disk.open(names(AS_APPENDED).records())) {
            file.write(ByteBuffer.wrap(new byte[100]), 0);
        }

        assertCameWith(AS_APPENDED, 0);
    }

    @Test
    void ofASegmentThatEndedEarlierHereTheRestIsFetched() {
        theySealed(AS_APPENDED, THEIRS);
        thisHas(AS_APPENDED, Arrays.copyOf(THEIRS, BLOCK_BYTES + 5));

        fetch();

        assertCameWith(AS_APPENDED, THEIRS.length - BLOCK_BYTES);
    }

    @Test
    void aSegmentOfTheSameNameThatIsAnotherIsFetched() {
        theySealed(AS_APPENDED, THEIRS);
        thisSealed(AS_APPENDED, random(2, THEIRS.length));

        fetch();

        assertCameWith(AS_APPENDED, THEIRS.length);
    }

    @Test
    void whatCompactionMadeTheSameHereIsNotFetched() {
        theySealed(COMPACTED, THEIRS);
        thisSealed(COMPACTED, THEIRS);

        fetch();

        assertCameWith(COMPACTED, 0);
    }

    @Test
    void whatCompactionMadeAnotherHereIsFetched() {
        theySealed(COMPACTED, THEIRS);
        thisSealed(COMPACTED, random(2, THEIRS.length));
        thisSealed(AS_APPENDED, THEIRS);

        fetch();

        assertCameWith(COMPACTED, THEIRS.length);
    }

    private void assertCameUnsealed(long fetchedBytes) {
        Path records = names(AS_APPENDED).records();
        assertThat(bytes(staged(records))).isEqualTo(THEIRS);
        assertThat(disk.exists(staged(names(AS_APPENDED).blockCrcs()))).isFalse();
        assertThat(peer.givenBytes(path(records))).isEqualTo(fetchedBytes);
        assertThat(installed.reused()).isEqualTo(THEIRS.length - fetchedBytes);
        assertThat(installed.fetched()).isEqualTo(fetchedBytes);
    }

    @Test
    void ofWhatTheyWriteStillOnlyTheRestIsFetched() {
        theyHave(AS_APPENDED, THEIRS);
        thisHas(AS_APPENDED, Arrays.copyOf(THEIRS, 2 * BLOCK_BYTES + 5));

        fetch();

        assertCameUnsealed(THEIRS.length - 2 * BLOCK_BYTES);
    }

    @Test
    void ofWhatTheyWriteStillABlockInWhichABitFlippedHereIsFetched() {
        theyHave(AS_APPENDED, THEIRS);
        thisHas(AS_APPENDED, THEIRS);
        disk.flipByte(names(AS_APPENDED).records(), 17, (byte) 4);

        fetch();

        assertCameUnsealed(BLOCK_BYTES);
    }

    @Test
    void whatANodeOfAnEarlierReleaseWritesStillIsFetchedWhole() {
        theyHave(AS_APPENDED, THEIRS);
        thisHas(AS_APPENDED, THEIRS);
        peer.isOld();

        fetch();

        assertCameUnsealed(THEIRS.length);
    }

    @Test
    void aListOfWhatTheirsBecameSinceTheirCheckpointIsNotTaken() {
        byte[] later = random(1, THEIRS.length + 10);
        theyHave(AS_APPENDED, THEIRS);
        peer.has(path(names(AS_APPENDED).blockCrcs()), BlockLists.of(later));
        thisSealed(AS_APPENDED, later);

        fetch();

        assertCameUnsealed(0);
        assertThat(bytes(names(AS_APPENDED).records())).isEqualTo(later);
    }

    /** More than the CRCs of one answer. */
    @Test
    void whatIsLongIsComparedPieceByPiece() {
        byte[] much = random(3, CheckpointServer.SUMMED_BYTES_MAX + 3 * BLOCK_BYTES + 1);
        SegmentFile file = new SegmentFile(0, much.length, 7, 5);
        theyHave(file, much);
        thisHas(file, much);
        disk.flipByte(names(file).records(), CheckpointServer.SUMMED_BYTES_MAX + BLOCK_BYTES, (byte) 4);

        fetch();

        assertThat(bytes(staged(names(file).records()))).isEqualTo(much);
        assertThat(peer.givenBytes(path(names(file).records()))).isEqualTo(BLOCK_BYTES);
    }

    @Test
    void whoLooksAtMuchThatIsHereSaysThatHeIsStillThere() {
        byte[] much = random(3, 9 * BLOCK_BYTES);
        SegmentFile file = new SegmentFile(0, much.length, 7, 5);
        theySealed(file, much);
        thisSealed(file, much);

        fetch();

        assertThat(peer.renewals()).isPositive();
        assertThat(peer.givenBytes(path(names(file).records()))).isZero();
    }

    @Test
    void whoCopiesMuchThatIsHereSaysSoTooAndEndsWhenNobodyWantsIt() {
        byte[] much = random(3, 17 * BLOCK_BYTES);
        SegmentFile file = new SegmentFile(0, much.length, 7, 5);
        theySealed(file, much);
        thisHas(file, much);
        peer.onRenewal(() -> isCancelled.set(true));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(TransferFailedException.class)
                .hasMessageContaining("not wanted");
        assertThat(peer.renewals()).isEqualTo(1);
    }

    @Test
    void aSegmentOfNoPossibleLengthIsRefused() {
        theySealed(new SegmentFile(0, 1L << 50, 7, 5), THEIRS);

        assertThatThrownBy(this::fetch).isInstanceOf(TransferFailedException.class);
    }

    /** The segment was sealed, but no checkpoint had synced it; then its second name is all that is left of it. */
    @Test
    void anyCrashLeavesTheOldStateOrTheNewWithTheSegmentsThatBothHave() {
        theySealed(AS_APPENDED, THEIRS);
        boolean isThrough = false;
        int olds = 0;
        int news = 0;
        for (int changes = 1; !isThrough; changes++) {
            disk = new SimulatedDisk(new SplittableRandom(changes));
            write(names(AS_APPENDED).blockCrcs(), BlockLists.of(THEIRS), true);
            write(names(AS_APPENDED).records(), THEIRS, changes % 2 == 0);
            CheckpointFile.write(disk, SHARD, CheckpointFile.Content.NONE);
            disk.crashAfter(changes);
            isThrough = install();

            disk = disk.afterPowerLoss();
            StagedCheckpoint.recover(disk, SHARD);
            boolean isNew = CheckpointFile.read(disk, SHARD).index() == INDEX;
            olds += isNew ? 0 : 1;
            news += isNew ? 1 : 0;
            if (isNew || changes % 2 == 0) {
                assertThat(bytes(names(AS_APPENDED).records()))
                        .as("after %d changes, new: %s", changes, isNew)
                        .isEqualTo(THEIRS);
            }

            assertThat(install()).isTrue();
            assertThat(bytes(names(AS_APPENDED).records())).isEqualTo(THEIRS);
            assertThat(bytes(names(AS_APPENDED).blockCrcs())).isEqualTo(BlockLists.of(THEIRS));
        }
        assertThat(olds).isPositive();
        assertThat(news).isGreaterThan(1);
    }

    private boolean install() {
        try {
            StagedCheckpoint.discard(disk, SHARD);
            StagedCheckpoint.finish(disk, SHARD, fetch());
            StagedCheckpoint.takePlace(disk, SHARD);
            return true;
        } catch (SimulatedCrashException crashed) {
            return false;
        }
    }
}
