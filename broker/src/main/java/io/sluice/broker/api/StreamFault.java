package io.sluice.broker.api;

/** Why a stream command was refused; protocols have their own words for each. */
public enum StreamFault {
    /** There is no such key. */
    NO_SUCH_KEY,
    /** The id is 0-0. */
    ID_ZERO,
    /** The id is not behind the last one. */
    ID_NOT_AFTER_LAST,
    /** The last id is the largest there is. */
    IDS_EXHAUSTED,
    /** The entry is larger than a record may be. */
    TOO_LARGE,
    /** The new last id lies before an entry. */
    LAST_ID_BEFORE_ENTRIES,
    /** The new last id lies before the largest deleted one that is known. */
    LAST_ID_BEFORE_DELETED,
    /** The number of entries ever added is smaller than that of those there are. */
    ADDED_BELOW_LENGTH,
    /** The caller may not. */
    DENIED,
    /** A topic that was not made as a stream: its ids follow from offsets and its records go by its own rules. */
    NOT_FOR_TOPICS,
    /** The topic has several partitions, each of which is a stream: {@code key#0} and so on. */
    SEVERAL_PARTITIONS,
    /** The transaction also names a topic that was not made as a stream, which cannot be part of it. */
    TOPIC_IN_TRANSACTION,
    /** The broker takes no more keys. */
    TOO_MANY_KEYS,
    /** A key that was watched has changed. */
    CHANGED_MEANWHILE,
    /** The target key exists. */
    KEY_EXISTS,
    /** There is a group of that name. */
    GROUP_EXISTS,
    /** The stream takes no more groups, or the group no more consumers. */
    TOO_MANY_GROUPS,
    /** So many wait for the stream already that nobody else can. */
    TOO_MANY_WAITERS,
    /** The stream remembers so many ids of producers that it takes no more until some are forgotten. */
    TOO_MANY_REMEMBERED,
    /** There is no such entry. */
    NO_SUCH_ENTRY,
    /** The producer's id is that of another entry. */
    REMEMBERED_OTHERWISE,
    /** The disk failed or is full. */
    STORAGE,
    /** This broker cannot tell now; the change may or may not happen. */
    UNAVAILABLE
}
