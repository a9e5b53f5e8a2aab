package io.sluice.broker.group;

import io.sluice.broker.group.assign.PartitionSet;

/** A client in a simulation. */
interface SimulatedMember {
    /** Does what comes next, or something else that clients do. */
    void act();

    /** Does what comes next. */
    void proceed();

    /** Behaves from now on. */
    void calmDown();

    /** Who takes its place when it crashes. */
    SimulatedMember successor(int number);

    String memberId();

    /** Whether it believes to be in the group. */
    boolean isMember();

    /** What it reads. */
    PartitionSet owned();

    boolean subscribesTo(String topic);

    /** Futures swallow what their listeners throw. */
    void throwBroken();
}
