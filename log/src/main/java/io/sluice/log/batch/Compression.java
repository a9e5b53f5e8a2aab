package io.sluice.log.batch;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.xerial.snappy.SnappyOutputStream;

/** The codecs of Kafka's batches; a constant's ordinal is its number in the attributes. */
public enum Compression {
    NONE,
    GZIP,
    /** In blocks behind a header of 16 bytes, as snappy-java writes them; a single bare block is read too. */
    SNAPPY,
    /** Standard LZ4 frames with independent blocks. */
    LZ4,
    ZSTD;

    private static final Compression[] BY_ID = values();

    /** Whether there is a codec of this number. */
    public static boolean exists(int id) {
        return id >= 0 && id < BY_ID.length;
    }

    /** The codec of a number that exists. */
    public static Compression of(int id) {
        return BY_ID[id];
    }

    /** Number in the attributes of a batch. */
    public int id() {
        return ordinal();
    }

    /**
     * Unpacks as it is read; closing it frees native memory. Takes memory for blocks and windows only, a few MiB at most
     * but for zstd's largest windows (128 MiB, touched only as far as there is content).
     */
    InputStream unpack(ByteBuffer packed) throws IOException {
        InputStream input = new ByteBufferInputStream(packed);
        return switch (this) {
            case NONE -> input;
            case GZIP -> new GZIPInputStream(input, 8 << 10);
            case SNAPPY -> new SnappyBlocksInputStream(packed);
            case LZ4 -> new LZ4FrameInputStream(input);
            case ZSTD -> new ZstdInputStreamNoFinalizer(input);
        };
    }

    OutputStream pack(OutputStream target) throws IOException {
        return switch (this) {
            case NONE -> target;
            case GZIP -> new GZIPOutputStream(target, 8 << 10);
            case SNAPPY -> new SnappyOutputStream(target);
            case LZ4 ->
                new LZ4FrameOutputStream(
                        target,
                        LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB,
                        LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE);
            case ZSTD -> new ZstdOutputStreamNoFinalizer(target);
        };
    }
}
