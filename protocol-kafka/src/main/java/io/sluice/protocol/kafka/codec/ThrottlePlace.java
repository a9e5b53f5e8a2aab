package io.sluice.protocol.kafka.codec;

import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Type;

/**
 * Where the answers' throttle_time_ms lies, as the message schemas say. The classes have no common way to set it, and it
 * is known only when the rest of the answer is.
 */
final class ThrottlePlace {
    /** It has none, or none at a place that is the same in every answer. */
    static final int NONE = -1;

    private static final String FIELD = "throttle_time_ms";
    private static final Map<KafkaApi, int[]> PLACES = new EnumMap<>(KafkaApi.class);

    static {
        for (KafkaApi api : KafkaApi.values()) {
            Schema[] schemas = ApiMessageType.fromApiKey(api.key()).responseSchemas();
            int[] places = new int[api.versionMax() + 1];
            for (short version = api.versionMin(); version <= api.versionMax(); version++) {
                places[version] = place(schemas[version]);
            }
            PLACES.put(api, places);
        }
    }

    private ThrottlePlace() {}

    /** Bytes of the body before it. */
    static int of(KafkaApi api, short version) {
        int[] places = PLACES.get(api);
        return places == null || version >= places.length ? NONE : places[version];
    }

    private static int place(Schema schema) {
        int index = 0;
        for (BoundField field : schema.fields()) {
            if (field.def.name.equals(FIELD)) {
                return index;
            }
            int bytes = fixedBytes(field.def.type);
            if (bytes == 0) {
                return NONE;
            }
            index += bytes;
        }
        return NONE;
    }

    private static int fixedBytes(Type type) {
        if (type == Type.INT8 || type == Type.BOOLEAN) {
            return Byte.BYTES;
        }
        if (type == Type.INT16) {
            return Short.BYTES;
        }
        if (type == Type.INT32) {
            return Integer.BYTES;
        }
        return type == Type.INT64 ? Long.BYTES : 0;
    }
}
