/**
 * What tests and benches of whole brokers share: processes, a raw Kafka connection, and histories that are checked.
 *
 * <p>Reading order: {@link io.sluice.testkit.OsProcess} runs a program and never leaves it behind,
 * {@link io.sluice.testkit.BrokerProcess} is a Sluice broker on top of it. {@link io.sluice.testkit.RawKafkaConnection}
 * speaks the few requests of {@link io.sluice.testkit.RawRequests} without a client library, so that a load generator
 * is not the limit of what it measures. {@link io.sluice.testkit.ProduceHistory} remembers what was sent and
 * acknowledged, {@link io.sluice.testkit.HistoryChecker} compares it with what is read back.
 *
 * <p>Knows brokers only from outside: it must not depend on any module of the broker.
 */
@NullMarked
package io.sluice.testkit;

import org.jspecify.annotations.NullMarked;
