package io.sluice.broker.config;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The configurations of this broker as they are now. Whoever reads a configuration that is not read-only asks here each
 * time, or listens. Any thread reads; changes come from shard 0's apply thread, in the order in which they commit.
 */
public final class LiveConfigs {
    private final Map<String, ConfigValues> groups = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Current current;

    private record Current(BrokerLayers layers, ConfigValues effective) {
        static Current of(BrokerLayers layers) {
            return new Current(layers, layers.effective());
        }
    }

    /** As the settings say, until {@link #become}. */
    public LiveConfigs(ConfigValues fixed) {
        current = Current.of(BrokerLayers.of(fixed));
    }

    /** The broker's value in effect. It is parsed at every call: on hot paths listen and keep it. */
    public <T> T get(ConfigKey<T> key) {
        return current.effective().get(key);
    }

    /** The broker's values in effect; they do not change. */
    public ConfigValues values() {
        return current.effective();
    }

    /** The broker's values by where they were set; they do not change. */
    public BrokerLayers layers() {
        return current.layers();
    }

    /** What is set at the group. */
    public ConfigValues group(String groupId) {
        return groups.getOrDefault(groupId, ConfigValues.NONE);
    }

    /** The value in effect for a group: its own, else the broker's, else the default. {@code key} is of {@link GroupConfigs}. */
    public <T> T ofGroup(String groupId, ConfigKey<T> key) {
        return TopicConfigs.effective(key, group(groupId), current.effective());
    }

    /** The groups that have configurations of their own, sorted. */
    public Set<String> groups() {
        return new TreeSet<>(groups.keySet());
    }

    /** Runs after every change of the broker's configurations, on shard 0's apply thread: it hands over only. */
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    /** The broker's layers are these from now on. On shard 0's apply thread. */
    public void become(ConfigValues node, ConfigValues cluster) {
        current = Current.of(new BrokerLayers(node, cluster, current.layers().fixed()));
        listeners.forEach(Runnable::run);
    }

    /** The group has these from now on. On shard 0's apply thread. */
    public void become(String groupId, ConfigValues values) {
        if (values.explicit().isEmpty()) {
            groups.remove(groupId);
        } else {
            groups.put(groupId, values);
        }
    }
}
