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

    /** Changes configurations of a broker or a group. */
    public static final int ALTER_CONFIGS = 8;

    /** Adds access rules. */
    public static final int ADD_RULES = 9;

    /** Removes access rules. */
    public static final int REMOVE_RULES = 10;

    /** Changes users' passwords. */
    public static final int CHANGE_USERS = 11;

    /** Changes quotas. */
    public static final int ALTER_QUOTAS = 12;

    /** Takes in a topic that a data shard has made. */
    public static final int ADOPT_TOPIC = 13;

    /** Begins to move a partition to another shard. */
    public static final int BEGIN_MOVE = 14;

    /** Tells that the next step of such a move is done. */
    public static final int ADVANCE_MOVE = 15;

    private CommandKinds() {}
}
