package io.sluice.broker.stream;

import io.sluice.broker.api.StreamSink;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A record that no stream command wrote, as an entry: its value, its key if it has one, and each header. */
final class PlainRecord {
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEY = "key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEADER = "header:".getBytes(StandardCharsets.US_ASCII);

    private PlainRecord() {}

    /** The record on which the cursor stands; its headers may have been read. */
    static void give(RecordCursor cursor, long ms, long seq, StreamSink sink) {
        cursor.rewindHeaders();
        boolean hasValue = cursor.valueLength() >= 0;
        boolean hasKey = cursor.keyLength() >= 0;
        sink.entry(ms, seq, (hasValue ? 1 : 0) + (hasKey ? 1 : 0) + cursor.headerCount());
        ByteBuffer bytes = cursor.bytes();
        if (hasValue) {
            sink.part(ByteBuffer.wrap(VALUE), 0, VALUE.length);
            sink.part(bytes, cursor.valuePosition(), cursor.valueLength());
        }
        if (hasKey) {
            sink.part(ByteBuffer.wrap(KEY), 0, KEY.length);
            sink.part(bytes, cursor.keyPosition(), cursor.keyLength());
        }
        while (cursor.nextHeader()) {
            byte[] name = new byte[HEADER.length + cursor.headerKeyLength()];
            System.arraycopy(HEADER, 0, name, 0, HEADER.length);
            for (int i = 0; i < cursor.headerKeyLength(); i++) {
                name[HEADER.length + i] = bytes.get(cursor.headerKeyPosition() + i);
            }
            sink.part(ByteBuffer.wrap(name), 0, name.length);
            sink.part(bytes, Math.max(0, cursor.headerValuePosition()), Math.max(0, cursor.headerValueLength()));
        }
    }
}
