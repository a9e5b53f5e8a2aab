package io.sluice.broker.quota;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.quota.QuotaEvent.QuotaRemoved;
import io.sluice.broker.quota.QuotaEvent.QuotaSet;
import io.sluice.common.BrokenInvariantException;
import java.nio.ByteBuffer;
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
    /** An entity without parts and the number of its quotas. */
    private static final int ENTRY_BYTES_LEAST = 2;

    private QuotaCodec() {}

    static ByteBuffer encode(QuotaEvent event) {
        ByteWriter out = new ByteWriter();
        switch (event) {
            case QuotaSet set -> {
                putEntity(out.putByte(SET), set.entity());
                putKey(out, set.key()).putDouble(set.value());
            }
            case QuotaRemoved removed -> {
                putEntity(out.putByte(REMOVED), removed.entity());
                putKey(out, removed.key());
            }
        }
        return out.toBuffer();
    }

    static QuotaEvent decode(ByteBuffer event) {
        ByteReader in = new ByteReader(event);
        int type = in.getByte();
        QuotaEntity entity = getEntity(in);
        QuotaKey key = getKey(in);
        return switch (type) {
            case SET -> new QuotaSet(entity, key, in.getDouble());
            case REMOVED -> new QuotaRemoved(entity, key);
            default -> throw new BrokenInvariantException("quota event of unknown type " + type);
        };
    }

    static ByteBuffer snapshot(SortedMap<QuotaEntity, Map<QuotaKey, Double>> quotas) {
        ByteWriter out = new ByteWriter().putByte(FORMAT).putInt(quotas.size());
        quotas.forEach((entity, values) -> {
            putEntity(out, entity);
            out.putByte(values.size());
            values.forEach((key, value) -> putKey(out, key).putDouble(value));
        });
        return out.toBuffer();
    }

    static SortedMap<QuotaEntity, Map<QuotaKey, Double>> restore(ByteBuffer snapshot) {
        ByteReader in = new ByteReader(snapshot);
        int format = in.getByte();
        check(format == FORMAT, "snapshot of quotas of format %s, this version knows %s", format, FORMAT);
        int count = in.getCount(ENTRY_BYTES_LEAST);
        SortedMap<QuotaEntity, Map<QuotaKey, Double>> quotas = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            QuotaEntity entity = getEntity(in);
            Map<QuotaKey, Double> values = new EnumMap<>(QuotaKey.class);
            for (int left = in.getByte(); left > 0; left--) {
                QuotaKey key = getKey(in);
                values.put(key, in.getDouble());
            }
            quotas.put(entity, values);
        }
        return quotas;
    }

    static void putEntity(ByteWriter out, QuotaEntity entity) {
        out.putByte(entity.parts().size());
        entity.parts().forEach((type, name) -> out.putByte(type.ordinal() + 1).putOptionalText(name));
    }

    static QuotaEntity getEntity(ByteReader in) {
        Map<QuotaEntity.Kind, Optional<String>> parts = new EnumMap<>(QuotaEntity.Kind.class);
        for (int left = in.getByte(); left > 0; left--) {
            int type = in.getByte() - 1;
            check(type >= 0 && type < QuotaEntity.Kind.values().length, "quota entity of unknown type %s", type + 1);
            parts.put(QuotaEntity.Kind.values()[type], in.getOptionalText());
        }
        return new QuotaEntity(parts);
    }

    static ByteWriter putKey(ByteWriter out, QuotaKey key) {
        return out.putByte(key.ordinal() + 1);
    }

    static QuotaKey getKey(ByteReader in) {
        int key = in.getByte() - 1;
        check(key >= 0 && key < QuotaKey.values().length, "quota of unknown key %s", key + 1);
        return QuotaKey.values()[key];
    }
}
