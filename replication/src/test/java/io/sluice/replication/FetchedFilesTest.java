package io.sluice.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.PeerService;
import io.sluice.common.PeerServices;
import io.sluice.common.SystemClock;
import io.sluice.log.BlockLists;
import io.sluice.log.SealedBlocks;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.journal.TransferFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchedFilesTest {
    private static final String SEGMENT = "partitions/t/0/00.log";
    private static final int BYTES = (3 << 20) + 17;

    @TempDir
    Path shard;

    private final Map<String, byte[]> theirs = new HashMap<>();
    private final RemoteCheckpoint remote = new RemoteCheckpoint(new Server(), 2, 9, 0, () -> false);
    private final FetchedFiles.Pieces segment =
            (filePosition, pieceBytes) -> remote.read(SEGMENT, filePosition, pieceBytes);

    /** Another node that keeps {@link #theirs}. */
    private final class Server implements PeerServices {
        @Override
        public void serve(int service, PeerService handler) {
            throw new UnsupportedOperationException("nobody asks this node");
        }

        @Override
        public CompletableFuture<ByteBuffer> call(int nodeId, int service, ByteBuffer request, long timeoutMs) {
            assertThat(request.get()).isEqualTo(CheckpointServer.READ);
            assertThat(request.getLong()).isEqualTo(9);
            int from = (int) request.getLong();
            int lengthBytes = Math.min(request.getInt(), CheckpointServer.PIECE_BYTES_MAX);
            byte[] file = theirs.getOrDefault(UTF_8.decode(request).toString(), new byte[0]);
            int to = Math.min(file.length, from + lengthBytes);
            return CompletableFuture.completedFuture(
                    from >= to
                            ? ByteBuffer.allocate(0)
                            : ByteBuffer.wrap(file, from, to - from).slice());
        }
    }

    private static byte[] random(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private FetchedFiles files() {
        SystemClock clock = new SystemClock();
        return new FetchedFiles(
                new RealDisk(), clock, new CopyPace(clock, ReplicationSettings.COPY_BYTES_PER_SECOND), shard);
    }

    private byte[] staged(String path) throws IOException {
        return Files.readAllBytes(shard.resolve(StagedCheckpoint.PREFIX + path));
    }

    @Test
    void aFileComesInPiecesAsItIs() throws IOException {
        theirs.put(SEGMENT, random(BYTES));
        FetchedFiles files = files();

        files.begin(1);
        files.bring(segment, SEGMENT, BYTES, true);

        assertThat(staged(SEGMENT)).isEqualTo(theirs.get(SEGMENT));
        assertThat(files.copiedBytes()).isEqualTo(BYTES);
    }

    @Test
    void ofAFileThatGrewOnlyTheRestIsCopied() throws IOException {
        theirs.put(SEGMENT, random(2 * BYTES));
        FetchedFiles files = files();
        files.begin(1);
        files.bring(segment, SEGMENT, BYTES, true);

        files.begin(1);
        files.bring(segment, SEGMENT, 2L * BYTES, true);
        files.finish();

        assertThat(staged(SEGMENT)).isEqualTo(theirs.get(SEGMENT));
        assertThat(files.copiedBytes()).isEqualTo(BYTES);
    }

    @Test
    void aFileThatIsNotOneThatGrowsIsCopiedAnew() throws IOException {
        theirs.put(SEGMENT, random(100));
        FetchedFiles files = files();
        files.begin(1);
        files.bring(segment, SEGMENT, 100, false);
        theirs.put(SEGMENT, "quite another".getBytes(UTF_8));

        files.begin(1);
        files.bring(segment, SEGMENT, 13, false);

        assertThat(staged(SEGMENT)).asString(UTF_8).isEqualTo("quite another");
    }

    @Test
    void whatTheLastCheckpointDoesNotNameIsDeleted() {
        theirs.put(SEGMENT, random(100));
        FetchedFiles files = files();
        files.begin(1);
        files.bring(segment, SEGMENT, 100, true);

        files.begin(1);
        files.write("state/machine.2", ByteBuffer.wrap(random(10)));
        files.finish();

        assertThat(shard.resolve(StagedCheckpoint.PREFIX + SEGMENT)).doesNotExist();
        assertThat(shard.resolve(StagedCheckpoint.PREFIX + "state/machine.2")).hasSize(10);
    }

    @Test
    void aFileThatEndsTooEarlyIsNoCopy() {
        theirs.put(SEGMENT, random(BYTES));
        FetchedFiles files = files();
        files.begin(1);

        assertThatThrownBy(() -> files.bring(segment, SEGMENT, BYTES + 1L, true))
                .isInstanceOf(TransferFailedException.class)
                .hasMessageContaining("ends after " + BYTES);
    }

    @Test
    void aFileOfTheNodesOwnIsSharedInsteadOfCopied() throws IOException {
        byte[] bytes = random(BYTES);
        Path own = Files.write(shard.resolve("own.log"), bytes);
        FetchedFiles files = files();
        files.begin(1);

        assertThat(files.share(own, SEGMENT, blocks(bytes), () -> {})).isTrue();

        assertThat(files.has(SEGMENT, BYTES)).isTrue();
        assertThat(files.copiedBytes()).isZero();
        assertThat(files.sharedBytes()).isEqualTo(BYTES);
        assertThat(staged(SEGMENT)).isEqualTo(bytes);
        assertThat(Files.isSameFile(own, shard.resolve(StagedCheckpoint.PREFIX + SEGMENT)))
                .isTrue();
    }

    @Test
    void aFileOfTheNodesOwnThatIsNotWhatItShouldBeIsNotShared() throws IOException {
        byte[] bytes = random(BYTES);
        SealedBlocks blocks = blocks(bytes);
        bytes[BYTES - 1] ^= 1;
        Path own = Files.write(shard.resolve("own.log"), bytes);
        FetchedFiles files = files();
        files.begin(1);

        assertThat(files.share(own, SEGMENT, blocks, () -> {})).isFalse();

        assertThat(files.has(SEGMENT, BYTES)).isFalse();
        assertThat(shard.resolve(StagedCheckpoint.PREFIX + SEGMENT)).doesNotExist();
        assertThat(own).hasBinaryContent(bytes);
    }

    /** A copy that went on in it would change what the shard reads. */
    @Test
    void whatIsSharedIsNeverWritten() throws IOException {
        byte[] bytes = random(BYTES);
        theirs.put(SEGMENT, random(2 * BYTES));
        Path own = Files.write(shard.resolve("own.log"), bytes);
        FetchedFiles files = files();
        files.begin(1);
        files.share(own, SEGMENT, blocks(bytes), () -> {});

        files.begin(1);
        files.bring(segment, SEGMENT, 2L * BYTES, true);

        assertThat(staged(SEGMENT)).isEqualTo(theirs.get(SEGMENT));
        assertThat(own).hasBinaryContent(bytes);
    }

    private static SealedBlocks blocks(byte[] bytes) {
        return SealedBlocks.decode(ByteBuffer.wrap(BlockLists.of(bytes)), bytes.length)
                .orElseThrow();
    }
}
