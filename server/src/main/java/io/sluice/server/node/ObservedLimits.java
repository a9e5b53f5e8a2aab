package io.sluice.server.node;

/**
 * How many things have numbers of their own in {@code /metrics}.
 *
 * @param topicsMax topics; the others are summed up
 * @param groupsMax groups; the others are left out
 */
record ObservedLimits(int topicsMax, int groupsMax) {}
