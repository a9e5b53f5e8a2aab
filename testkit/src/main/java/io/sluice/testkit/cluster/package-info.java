/**
 * Brokers that keep a cluster, and what can happen to them and between them. {@link
 * io.sluice.testkit.cluster.ClusterProcesses} runs the processes, {@link io.sluice.testkit.cluster.FaultyPort} stands between
 * them and damages what they say, {@link io.sluice.testkit.crash.ChaosScenario} lets things happen by seed under load and
 * holds the history against what was acknowledged.
 */
@NullMarked
package io.sluice.testkit.cluster;

import org.jspecify.annotations.NullMarked;
