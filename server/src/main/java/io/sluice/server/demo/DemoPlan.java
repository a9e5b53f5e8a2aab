package io.sluice.server.demo;

import java.nio.file.Path;

/**
 * What the demo was asked to do.
 *
 * @param dataDirectory where the broker keeps its data
 * @param isTemporary whether that directory goes away at the end
 * @param kafkaPort where the broker listens; 0 takes a free port
 * @param nodeCount how many brokers; more than one are a cluster
 * @param speed how many times faster than the earthquakes really came
 */
record DemoPlan(Path dataDirectory, boolean isTemporary, int kafkaPort, int nodeCount, double speed) {}
