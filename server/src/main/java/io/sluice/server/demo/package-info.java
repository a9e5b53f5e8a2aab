/**
 * {@code sluice demo}: a broker in this process, a week of real earthquakes produced into it, and a live table of what
 * a consumer sees. {@link io.sluice.server.demo.DemoCommand} first, then {@link io.sluice.server.demo.Demo}.
 *
 * <p>The producer and the consumer are Kafka's own client library over a real socket: what the demo shows is what any
 * program gets. The broker is known only through {@link io.sluice.server.demo.DemoBroker}: {@link
 * io.sluice.server.demo.NodeBroker} is one in this process, {@link io.sluice.server.demo.NodeProcesses} are several, each a
 * process of its own, in one cluster.
 *
 * <p>Threads: one replays, one looks after the nodes of a cluster, the command's own thread consumes and draws, the shutdown hook stops both.
 */
@NullMarked
package io.sluice.server.demo;

import org.jspecify.annotations.NullMarked;
