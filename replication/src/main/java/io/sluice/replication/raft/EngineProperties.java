package io.sluice.replication.raft;

/**
 * What the engine and its messages ask the JVM's properties when their first class is loaded. Whoever lets others in here sets them
 * before.
 */
final class EngineProperties {
    private EngineProperties() {}

    static void set() {
        // The messages were generated long ago, and whoever crafts some can keep a receiver busy. Only nodes of the
        // cluster send any: the library's warnings about it would tell an operator nothing.
        System.setProperty("com.google.protobuf.use_unsafe_pre22_gencode", "true");
        // Entries are joined in a buffer that another thread gives back, to a queue without an end (issue 1240 of the
        // engine, there in 1.4.1): more and more were kept until a small heap was full. Without a pool they are
        // garbage.
        System.setProperty("jraft.max_collector_size_per_thread", "0");
    }
}
