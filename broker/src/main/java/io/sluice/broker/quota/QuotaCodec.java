package io.sluice.broker.quota;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.quota.QuotaEvent.QuotaRemoved;
import io.sluice.broker.quota.QuotaEvent.QuotaSet;
import io.sluice.common.BrokenInvariantException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Events and snapshots to bytes and back; the layout stands in the package's description. */
final class QuotaCodec {
    private static final int FORMAT = 1;
    private static final int SET = 1;
    private static final int REMOVED = 2;
    /** An entity without parts and one quota. */
    private static final int ENTRY_BYTES_LEAST = 3;

    private QuotaCodec() {}

    static ByteBuffer encode(QuotaEvent event) {
        ByteBuffer out = ByteBuffer.allocate(2 + entityBytes(event.entity()) + Double.BYTES);
        switch (event) {
            case QuotaSet set -> {
                putEntity(out.put((byte) SET), set.entity());
                putKey(out, set.key()).putDouble(set.value());
            }
            case QuotaRemoved removed -> {
                putEntity(out.put((byte) REMOVED), removed.entity());
                putKey(out, removed.key());
            }
        }
        return out.flip().slice();
    }

    static QuotaEvent decode(ByteBuffer event) {
        ByteBuffer in = event.duplicate();
        require(in, 1);
        int type = in.get();
        QuotaEntity entity = getEntity(in);
        QuotaKey key = getKey(in);
        return switch (type) {
            case SET -> new QuotaSet(entity, key, getDouble(in));
            case REMOVED -> new QuotaRemoved(entity, key);
            default -> throw new BrokenInvariantException("quota event of unknown type " + type);
        };
    }

    static ByteBuffer snapshot(SortedMap<QuotaEntity, Map<QuotaKey, Double>> quotas) {
        int lengthBytes = 1 + Integer.BYTES;
        for (Map.Entry<QuotaEntity, Map<QuotaKey, Double>> entry : quotas.entrySet()) {
            lengthBytes = Math.addExact(
                    lengthBytes,
                    entityBytes(entry.getKey()) + 1 + entry.getValue().size() * (1 + Double.BYTES));
        }
        ByteBuffer out = ByteBuffer.allocate(lengthBytes).put((byte) FORMAT).putInt(quotas.size());
        quotas.forEach((entity, values) -> {
            putEntity(out, entity);
            out.put((byte) values.size());
            values.forEach((key, value) -> putKey(out, key).putDouble(value));
        });
        return out.flip();
    }

    static SortedMap<QuotaEntity, Map<QuotaKey, Double>> restore(ByteBuffer snapshot) {
        ByteBuffer in = snapshot.duplicate();
        require(in, 1 + Integer.BYTES);
        int format = in.get();
        check(format == FORMAT, "snapshot of quotas of format %s, this version knows %s", format, FORMAT);
        int count = in.getInt();
        check(
                count >= 0 && (long) count * ENTRY_BYTES_LEAST <= in.remaining(),
                "%s quotas, but only %s bytes",
                count,
                in.remaining());
        SortedMap<QuotaEntity, Map<QuotaKey, Double>> quotas = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            QuotaEntity entity = getEntity(in);
            require(in, 1);
            Map<QuotaKey, Double> values = new EnumMap<>(QuotaKey.class);
            for (int left = in.get(); left > 0; left--) {
                QuotaKey key = getKey(in);
                values.put(key, getDouble(in));
            }
            quotas.put(entity, values);
        }
        return quotas;
    }

    private static int entityBytes(QuotaEntity entity) {
        int lengthBytes = 1;
        for (Optional<String> name : entity.parts().values()) {
            lengthBytes +=
                    2 + name.map(text -> Integer.BYTES + bytes(text).length).orElse(0);
        }
        return lengthBytes;
    }

    private static void putEntity(ByteBuffer out, QuotaEntity entity) {
        out.put((byte) entity.parts().size());
        entity.parts().forEach((type, name) -> {
            out.put((byte) (type.ordinal() + 1)).put((byte) (name.isPresent() ? 1 : 0));
            name.ifPresent(text -> out.putInt(bytes(text).length).put(bytes(text)));
        });
    }

    private static QuotaEntity getEntity(ByteBuffer in) {
        require(in, 1);
        Map<QuotaEntity.Kind, Optional<String>> parts = new EnumMap<>(QuotaEntity.Kind.class);
        for (int left = in.get(); left > 0; left--) {
            require(in, 2);
            int type = in.get() - 1;
            check(type >= 0 && type < QuotaEntity.Kind.values().length, "quota entity of unknown type %s", type + 1);
            parts.put(QuotaEntity.Kind.values()[type], in.get() == 0 ? Optional.empty() : Optional.of(getText(in)));
        }
        return new QuotaEntity(parts);
    }

    private static String getText(ByteBuffer in) {
        require(in, Integer.BYTES);
        int lengthBytes = in.getInt();
        check(lengthBytes >= 0, "text of %s bytes", lengthBytes);
        require(in, lengthBytes);
        byte[] text = new byte[lengthBytes];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static ByteBuffer putKey(ByteBuffer out, QuotaKey key) {
        return out.put((byte) (key.ordinal() + 1));
    }

    private static QuotaKey getKey(ByteBuffer in) {
        require(in, 1);
        int key = in.get() - 1;
        check(key >= 0 && key < QuotaKey.values().length, "quota of unknown key %s", key + 1);
        return QuotaKey.values()[key];
    }

    private static double getDouble(ByteBuffer in) {
        require(in, Double.BYTES);
        return in.getDouble();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void require(ByteBuffer in, int lengthBytes) {
        check(in.remaining() >= lengthBytes, "quotas end %s bytes early", lengthBytes - in.remaining());
    }
}
