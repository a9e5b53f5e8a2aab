package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The header {@code redis-id} of the record on which a cursor stands: form of the value, and the id if it carries one. One thread. */
final class RecordId {
    private static final byte[] NAME = EntryBatch.HEADER.getBytes(StandardCharsets.US_ASCII);

    private byte form;
    private boolean hasId;
    private long ms;
    private long seq;

    /** Reads the header; false if there is none of that shape. */
    boolean read(RecordCursor cursor) {
        form = 0;
        hasId = false;
        while (cursor.nextHeader()) {
            if (isNamed(cursor)) {
                return parse(cursor.bytes(), cursor.headerValuePosition(), cursor.headerValueLength());
            }
        }
        return false;
    }

    private static boolean isNamed(RecordCursor cursor) {
        if (cursor.headerKeyLength() != NAME.length) {
            return false;
        }
        ByteBuffer bytes = cursor.bytes();
        for (int i = 0; i < NAME.length; i++) {
            if (bytes.get(cursor.headerKeyPosition() + i) != NAME[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean parse(ByteBuffer bytes, int position, int lengthBytes) {
        if (lengthBytes < 1) {
            return false;
        }
        form = bytes.get(position);
        if (lengthBytes == 1) {
            return true;
        }
        byte[] text = new byte[lengthBytes - 1];
        for (int i = 0; i < text.length; i++) {
            text[i] = bytes.get(position + 1 + i);
        }
        EntryId id = EntryId.parse(text, 0).orElse(null);
        if (id == null) {
            return false;
        }
        hasId = true;
        ms = id.ms();
        seq = id.seq();
        return true;
    }

    byte form() {
        return form;
    }

    boolean hasId() {
        return hasId;
    }

    long ms() {
        return ms;
    }

    long seq() {
        return seq;
    }

    EntryId id() {
        return new EntryId(ms, seq);
    }
}
