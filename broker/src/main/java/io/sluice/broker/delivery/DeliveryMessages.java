package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryService.Description;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.BrokenInvariantException;
import java.util.Optional;

/**
 * What nodes ask each other about delivery groups.
 *
 * <pre>
 * request       call 1, then what the call needs
 * group         kind 1 | name text | topic id 16 | partition 4
 * start         form 1 | value 8, 0 where the form has none
 * description   group | ten numbers of 8, as {@link Description} has them
 * </pre>
 */
final class DeliveryMessages {
    static final int OPEN = 1;
    static final int RELEASE_MEMBER = 2;
    static final int RESET = 3;
    static final int REOPEN = 4;
    static final int DELETE = 5;
    static final int DESCRIBE = 6;
    static final int LIST = 7;

    private static final int EARLIEST = 0;
    private static final int LATEST = 1;
    private static final int OFFSET = 2;
    private static final int TIME = 3;
    private static final int AGO = 4;
    private static final int LAST = 5;

    private DeliveryMessages() {}

    /** A request about a group; what else it needs follows. */
    static ByteWriter request(int call, DeliveryGroup group) {
        ByteWriter out = new ByteWriter().putByte(call);
        write(out, group);
        return out;
    }

    static void write(ByteWriter out, DeliveryGroup group) {
        out.putByte(group.kind().code())
                .putText(group.name())
                .putId(group.topicId())
                .putInt(group.partition());
    }

    static DeliveryGroup group(ByteReader in) {
        return new DeliveryGroup(kind(in.getByte()), in.getText(), in.getId(), in.getInt());
    }

    private static DeliveryKind kind(int code) {
        return DeliveryKind.find(code)
                .orElseThrow(() -> new BrokenInvariantException("a node asks for groups of kind " + code));
    }

    static void write(ByteWriter out, DeliveryStart start) {
        switch (start) {
            case DeliveryStart.Earliest earliest -> out.putByte(EARLIEST).putLong(0);
            case DeliveryStart.Latest latest -> out.putByte(LATEST).putLong(0);
            case DeliveryStart.Offset offset -> out.putByte(OFFSET).putLong(offset.offset());
            case DeliveryStart.Time time -> out.putByte(TIME).putLong(time.timestampMs());
            case DeliveryStart.Ago ago -> out.putByte(AGO).putLong(ago.durationMs());
            case DeliveryStart.Last last -> out.putByte(LAST).putLong(last.recordCount());
        }
    }

    static DeliveryStart start(ByteReader in) {
        int form = in.getByte();
        long value = in.getLong();
        return switch (form) {
            case EARLIEST -> new DeliveryStart.Earliest();
            case LATEST -> new DeliveryStart.Latest();
            case OFFSET -> new DeliveryStart.Offset(value);
            case TIME -> new DeliveryStart.Time(value);
            case AGO -> new DeliveryStart.Ago(value);
            case LAST -> new DeliveryStart.Last(value);
            default -> throw new BrokenInvariantException("a node asks for a start of form " + form);
        };
    }

    static void write(ByteWriter out, Description description) {
        write(out, description.group());
        out.putLong(description.position())
                .putLong(description.firstOpenOffset())
                .putLong(description.endOffset())
                .putLong(description.acquired())
                .putLong(description.available())
                .putLong(description.delayed())
                .putLong(description.deadLettering())
                .putLong(description.oldestHeldMs())
                .putLong(description.redeliveries())
                .putLong(description.deadLetters());
    }

    static Description description(ByteReader in) {
        return new Description(
                group(in),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong());
    }

    /** Which groups are listed: kind 1, 0 for all; name. */
    static ByteWriter list(Optional<DeliveryKind> kind, Optional<String> name) {
        return new ByteWriter()
                .putByte(LIST)
                .putByte(kind.map(DeliveryKind::code).orElse((byte) 0))
                .putOptionalText(name);
    }

    static Optional<DeliveryKind> optionalKind(ByteReader in) {
        int code = in.getByte();
        return code == 0 ? Optional.empty() : Optional.of(kind(code));
    }
}
