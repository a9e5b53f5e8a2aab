package io.sluice.log.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    /** Key 00 01 … 0f, as in the reference's vectors. */
    private final KeyHash hash = new KeyHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    private String of(int lengthBytes) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(lengthBytes + 3);
        for (int i = 0; i < lengthBytes; i++) {
            bytes.put(3 + i, (byte) i);
        }
        hash.of(bytes, 3, lengthBytes);
        ByteBuffer out = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(hash.high()).putLong(hash.low());
        return HexFormat.of().formatHex(out.array());
    }

    @Test
    void theReferencesVectorsComeOut() {
        assertThat(of(0)).isEqualTo("a3817f04ba25a8e66df67214c7550293");
        assertThat(of(1)).isEqualTo("da87c1d86b99af44347659119b22fc45");
    }

    @Test
    void everyByteAndEveryLengthCounts() {
        assertThat(of(7)).isNotEqualTo(of(8));
        assertThat(of(15)).isNotEqualTo(of(16));
        ByteBuffer zeros = ByteBuffer.allocate(40);
        hash.of(zeros, 0, 17);
        long before = hash.low();
        zeros.put(16, (byte) 1);
        hash.of(zeros, 0, 17);
        assertThat(hash.low()).isNotEqualTo(before);
    }
}
