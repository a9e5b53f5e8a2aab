package io.sluice.broker;

import io.sluice.broker.api.Partition;
import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of records as a reader sees them. */
final class HeadersSeen {
    private HeadersSeen() {}

    /** Of the first record of the partition. */
    static Map<String, String> ofFirst(Partition partition) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        partition.readBlocking(partition.startOffset(), 1 << 10, true, new ReadSink() {
            @Override
            public ByteBuffer reserve(int lengthBytes) {
                ByteBuffer part = bytes.slice(bytes.position(), lengthBytes);
                bytes.position(bytes.position() + lengthBytes);
                return part;
            }

            @Override
            public void share(ByteBuffer shared, SharedBuffer owner) {
                bytes.put(shared.duplicate());
            }
        });
        Map<String, String> headers = new LinkedHashMap<>();
        try (RecordCursor cursor = new RecordCursor()) {
            cursor.open(bytes, 0, 1 << 20);
            cursor.next();
            while (cursor.nextHeader()) {
                headers.put(
                        text(cursor, cursor.headerKeyPosition(), cursor.headerKeyLength()),
                        text(cursor, cursor.headerValuePosition(), cursor.headerValueLength()));
            }
        }
        return headers;
    }

    private static String text(RecordCursor cursor, int position, int length) {
        byte[] bytes = new byte[length];
        cursor.bytes().get(position, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
