package io.sluice.testkit.apifuzz;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.NullableSchema;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.protocol.types.Type.DocumentedType;

/**
 * Writes one message of a schema with drawn values, <a href="https://kafka.apache.org/protocol#protocol_types">Kafka's
 * types</a>. Owner: one thread.
 */
final class MessageWriter {
    /** A message that is this long gets no further elements in its arrays. */
    private static final int SIZE_AIM_BYTES = 200_000;

    private static final int UNKNOWN_TAG = 1_000;

    private final FieldValues values;
    private final Lies lies;

    MessageWriter(FieldValues values, Lies lies) {
        this.values = values;
        this.lies = lies;
    }

    /** Appends the message; {@code parent} is the field that it stands in, empty for a whole request. */
    void write(Schema schema, String parent, ByteSink target) {
        for (BoundField field : schema.fields()) {
            write(field.def.type, parent, field.def.name, target);
        }
    }

    private void write(Type type, String parent, String field, ByteSink target) {
        if (type instanceof NullableSchema nullable) {
            writeNullable(nullable, field, target);
        } else if (type instanceof Schema schema) {
            write(schema, field, target);
        } else if (type instanceof TaggedFields tagged) {
            writeTagged(tagged, parent, target);
        } else if (type.arrayElementType().isPresent()) {
            writeArray(type, parent, field, target);
        } else if (type instanceof DocumentedType scalar) {
            writeScalar(scalar.typeName(), parent, field, target);
        } else {
            throw new IllegalStateException("no way to write " + type);
        }
    }

    private void writeNullable(Schema schema, String field, ByteSink target) {
        if (values.isNull()) {
            target.int8(lies.tells() ? 77 : -1);
        } else {
            target.int8(lies.tells() ? -77 : 1);
            write(schema, field, target);
        }
    }

    private void writeArray(Type type, String parent, String field, ByteSink target) {
        LengthForm form = type instanceof CompactArrayOf ? LengthForm.COMPACT : LengthForm.INT;
        if (type.isNullable() && values.isNull()) {
            lies.length(-1, form, target);
            return;
        }
        Type element = type.arrayElementType().orElseThrow();
        ByteSink elements = new ByteSink();
        int wanted = values.count(element instanceof Schema);
        int count = 0;
        byte[] last = null;
        while (count < wanted && target.size() + elements.size() < SIZE_AIM_BYTES) {
            if (last == null || !values.isDuplicate()) {
                ByteSink one = new ByteSink();
                write(element, parent, field, one);
                last = one.toBytes();
            }
            elements.bytes(last);
            count++;
        }
        lies.length(count, form, target);
        target.bytes(elements.toBytes());
    }

    private void writeTagged(TaggedFields tagged, String parent, ByteSink target) {
        Map<Integer, byte[]> present = new TreeMap<>();
        for (Map.Entry<Integer, Field> known : tagged.fields().entrySet()) {
            if (values.hasTagged()) {
                ByteSink value = new ByteSink();
                write(known.getValue().type, parent, known.getValue().name, value);
                present.put(known.getKey(), value.toBytes());
            }
        }
        if (values.hasUnknownTag()) {
            present.put(UNKNOWN_TAG, values.anyBytes());
            present.put(Integer.MAX_VALUE, new byte[0]);
        }
        target.unsignedVarint(lies.tells() ? present.size() + 1 : present.size());
        present.forEach((tag, value) -> {
            target.unsignedVarint(lies.tells() ? 0 : tag);
            target.unsignedVarint(lies.tells() ? value.length + 1 : value.length);
            target.bytes(value);
        });
    }

    private void writeScalar(String type, String parent, String field, ByteSink target) {
        switch (type) {
            case "BOOLEAN" -> target.int8(values.flag(field));
            case "INT8" -> target.int8((int) values.number(field, Byte.SIZE));
            case "INT16", "UINT16" -> target.int16((int) values.number(field, Short.SIZE));
            case "INT32", "UINT32" -> target.int32((int) values.number(field, Integer.SIZE));
            case "INT64" -> target.int64(values.number(field, Long.SIZE));
            case "FLOAT64" -> target.int64(Double.doubleToRawLongBits(values.real()));
            case "UUID" -> {
                Uuid id = values.id(field);
                target.int64(id.getMostSignificantBits()).int64(id.getLeastSignificantBits());
            }
            case "STRING" -> writeText(values.text(parent, field), LengthForm.SHORT, target);
            case "COMPACT_STRING" -> writeText(values.text(parent, field), LengthForm.COMPACT, target);
            case "NULLABLE_STRING" -> writeNullableText(parent, field, LengthForm.SHORT, target);
            case "COMPACT_NULLABLE_STRING" -> writeNullableText(parent, field, LengthForm.COMPACT, target);
            case "BYTES" -> writeBytes(values.bytes(field), LengthForm.INT, target);
            case "COMPACT_BYTES" -> writeBytes(values.bytes(field), LengthForm.COMPACT, target);
            case "NULLABLE_BYTES", "RECORDS", "NULLABLE_RECORDS" -> writeNullableBytes(field, LengthForm.INT, target);
            case "COMPACT_NULLABLE_BYTES", "COMPACT_RECORDS", "COMPACT_NULLABLE_RECORDS" ->
                writeNullableBytes(field, LengthForm.COMPACT, target);
            default -> throw new IllegalStateException("no way to write " + type + " " + field);
        }
    }

    private void writeNullableText(String parent, String field, LengthForm form, ByteSink target) {
        if (values.isNullText(field)) {
            lies.length(-1, form, target);
        } else {
            writeText(values.text(parent, field), form, target);
        }
    }

    private void writeText(String text, LengthForm form, ByteSink target) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writeBytes(lies.tells() ? values.brokenText() : bytes, form, target);
    }

    private void writeNullableBytes(String field, LengthForm form, ByteSink target) {
        if (values.isNull()) {
            lies.length(-1, form, target);
        } else {
            writeBytes(values.bytes(field), form, target);
        }
    }

    private void writeBytes(byte[] bytes, LengthForm form, ByteSink target) {
        lies.length(bytes.length, form, target);
        target.bytes(bytes);
    }
}
