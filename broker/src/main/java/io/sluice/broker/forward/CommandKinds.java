package io.sluice.broker.forward;

/** Numbers of the commands that travel; never used for anything else later. */
public final class CommandKinds {
    /** Of nodes and shards. */
    public static final int CLUSTER = 1;

    /** Creates a topic. */
    public static final int CREATE_TOPIC = 2;

    /** Deletes a topic. */
    public static final int DELETE_TOPIC = 3;

    /** Gives a topic more partitions. */
    public static final int ADD_PARTITIONS = 4;

    /** Changes a topic's configurations. */
    public static final int CONFIGURE_TOPIC = 5;

    /** Tells that a shard has dropped a topic. */
    public static final int CONFIRM_DROP = 6;

    /** Takes producer ids. */
    public static final int TAKE_PRODUCER_IDS = 7;

    private CommandKinds() {}
}
