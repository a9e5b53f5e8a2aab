package io.sluice.broker.dynamic;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.BrokenInvariantException;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is set at brokers and groups. A resource is there if something is set at it; {@link AlterConfigs} changes it.
 * Owner: shard 0's apply thread.
 */
public final class ConfigsState implements StateMachine {
    private static final int FORMAT = 1;
    private static final int CONFIGURED = 1;
    private static final int RESOURCE_BYTES_LEAST = 1 + 2 * Integer.BYTES;

    private final TreeMap<Resource, Map<String, String>> configs =
            new TreeMap<>(Comparator.comparing(Resource::kind).thenComparing(Resource::name));
    private volatile Runnable whenCommitted = () -> {};

    /** Empty. */
    public ConfigsState() {}

    /** Hears, on the apply thread and on every node, that what is committed has changed. */
    void whenCommitted(Runnable listener) {
        whenCommitted = listener;
    }

    @Override
    public void published() {
        whenCommitted.run();
    }

    @Override
    public int id() {
        return 3;
    }

    @Override
    public String name() {
        return "configs";
    }

    /** What is set at it; empty if nothing is. */
    Map<String, String> of(Resource resource) {
        return configs.getOrDefault(resource, Map.of());
    }

    int resourceCount() {
        return configs.size();
    }

    List<Resource> resources() {
        return List.copyOf(configs.keySet());
    }

    void emit(Decision decision, Resource resource, Map<String, String> wanted) {
        decision.emit(
                write(new ByteWriter().putByte(CONFIGURED), resource, wanted).toBuffer());
    }

    private static ByteWriter write(ByteWriter writer, Resource resource, Map<String, String> values) {
        int kind = switch (resource.kind()) {
            case BROKER -> 1;
            case GROUP -> 2;
            case TOPIC -> throw new IllegalArgumentException("a topic's configurations are the metadata's");
        };
        return writer.putByte(kind).putText(resource.name()).putTexts(values);
    }

    private static Resource readResource(ByteReader reader) {
        int code = reader.getByte();
        Kind kind = switch (code) {
            case 1 -> Kind.BROKER;
            case 2 -> Kind.GROUP;
            default -> throw new BrokenInvariantException("configurations of unknown kind " + code);
        };
        return new Resource(kind, reader.getText());
    }

    @Override
    public void apply(ByteBuffer event, UndoLog undo) {
        ByteReader reader = new ByteReader(event);
        int type = reader.getByte();
        check(type == CONFIGURED, "event %s is unknown to the configurations", type);
        Resource resource = readResource(reader);
        Map<String, String> before = of(resource);
        put(resource, reader.getTexts());
        undo.add(() -> put(resource, before));
    }

    private void put(Resource resource, Map<String, String> values) {
        if (values.isEmpty()) {
            configs.remove(resource);
        } else {
            configs.put(resource, Map.copyOf(values));
        }
    }

    /** There is no soft state. */
    @Override
    public void leaderStarted(long nowMs) {}

    @Override
    public ByteBuffer snapshot() {
        ByteWriter writer = new ByteWriter().putByte(FORMAT).putInt(configs.size());
        configs.forEach((resource, values) -> write(writer, resource, values));
        return writer.toBuffer();
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        ByteReader reader = new ByteReader(snapshot);
        int format = reader.getByte();
        check(format == FORMAT, "configurations of format %s, this version knows %s", format, FORMAT);
        configs.clear();
        int count = reader.getCount(RESOURCE_BYTES_LEAST);
        for (int i = 0; i < count; i++) {
            Resource resource = readResource(reader);
            put(resource, reader.getTexts());
        }
    }
}
