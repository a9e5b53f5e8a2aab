package io.sluice.broker.group;

/** Settings for tests, with limits small enough to reach. */
final class GroupFixtures {
    private static final GroupSettings DEFAULT = GroupSettings.DEFAULT;

    private GroupFixtures() {}

    static GroupSettings withMaxSize(int groupMaxSize) {
        return with(groupMaxSize, DEFAULT.generationBytesMax(), DEFAULT.groupCountMax());
    }

    static GroupSettings withGenerationBytesMax(int generationBytesMax) {
        return with(DEFAULT.groupMaxSize(), generationBytesMax, DEFAULT.groupCountMax());
    }

    static GroupSettings withGroupCountMax(int groupCountMax) {
        return with(DEFAULT.groupMaxSize(), DEFAULT.generationBytesMax(), groupCountMax);
    }

    private static GroupSettings with(int groupMaxSize, int generationBytesMax, int groupCountMax) {
        return new GroupSettings(
                DEFAULT.initialRebalanceDelayMs(),
                DEFAULT.sessionTimeoutMinMs(),
                DEFAULT.sessionTimeoutMaxMs(),
                groupMaxSize,
                DEFAULT.offsetMetadataMaxLength(),
                DEFAULT.offsetsRetentionMs(),
                DEFAULT.offsetsRetentionCheckMs(),
                DEFAULT.newMemberJoinTimeoutMs(),
                generationBytesMax,
                groupCountMax,
                DEFAULT.heartbeatWaitMs(),
                DEFAULT.consumer(),
                DEFAULT.share());
    }
}
