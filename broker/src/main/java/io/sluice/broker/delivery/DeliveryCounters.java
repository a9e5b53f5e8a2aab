package io.sluice.broker.delivery;

import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What happened to deliveries since the start, most of it in records. Any thread. */
final class DeliveryCounters implements MetricSource {
    final LongAdder delivered = new LongAdder();
    final LongAdder redelivered = new LongAdder();
    final LongAdder acknowledged = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder givenUp = new LongAdder();
    final LongAdder deadLetters = new LongAdder();
    final LongAdder unreadable = new LongAdder();

    @Override
    public void collect(Consumer<Metric> consumer) {
        count(consumer, "sluice_deliveries_total", "Records handed to members of delivery groups.", delivered);
        count(consumer, "sluice_redeliveries_total", "Records handed out again.", redelivered);
        count(consumer, "sluice_delivery_acknowledgements_total", "Records acknowledged.", acknowledged);
        count(consumer, "sluice_delivery_expiries_total", "Records whose lock ended.", expired);
        count(consumer, "sluice_deliveries_given_up_total", "Records that nobody gets any more.", givenUp);
        count(consumer, "sluice_dead_letters_total", "Records written into dead-letter topics.", deadLetters);
        count(
                consumer,
                "sluice_delivery_unreadable_total",
                "Times that a delivery group could not go on because its next records cannot be read.",
                unreadable);
    }

    private static void count(Consumer<Metric> consumer, String name, String text, LongAdder adder) {
        consumer.accept(Metric.counter(name, text, adder.sum()));
    }
}
