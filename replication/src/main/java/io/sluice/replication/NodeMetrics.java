package io.sluice.replication;

import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.replication.journal.Quarantine;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** What journals, tails, checkpoints and the disk of a node look like now. Any thread; asks the file system for its free space. */
record NodeMetrics(NodeParts node, Collection<Shard> shards) implements MetricSource {
    @Override
    public void collect(Consumer<Metric> consumer) {
        shards.forEach(shard -> collect(shard, consumer));
        consumer.accept(Metric.counter(
                "sluice_segment_written_bytes_total",
                "Bytes moved from memory into segment files.",
                node.segments().writtenBytes()));
        consumer.accept(Metric.gauge(
                "sluice_segment_files_open",
                "Segment files open now.",
                node.openFiles().openCount()));
        consumer.accept(Metric.gauge(
                "sluice_shared_buffer_bytes",
                "Direct memory of entries, tails and answers under way.",
                node.pool().outstandingBytes()));
        consumer.accept(Metric.gauge(
                "sluice_data_free_bytes",
                "Bytes that can still be written below the data directory.",
                node.disk().usableBytes(node.settings().directory())));
        consumer.accept(Metric.gauge(
                "sluice_data_reserve_bytes",
                "Appends are refused while less is free.",
                node.settings().reserveBytes()));
    }

    private static void collect(Shard shard, Consumer<Metric> consumer) {
        Map<String, String> labels = Map.of("shard", Integer.toString(shard.id()));
        counter(
                consumer,
                labels,
                "sluice_journal_written_bytes_total",
                "Bytes of entries written to the journal.",
                shard.journal().appendedBytes());
        counter(
                consumer,
                labels,
                "sluice_journal_syncs_total",
                "Syncs of the journal.",
                shard.journal().syncs());
        shard.journal()
                .writeTimes()
                .ifPresent(times -> consumer.accept(Metric.histogram(
                        "sluice_journal_write_seconds",
                        "Time to write a block of the journal and to sync it, where the shard promises that.",
                        labels,
                        times.distribution())));
        gauge(
                consumer,
                labels,
                "sluice_journal_unreplayed_bytes",
                "Bytes of journal behind the last checkpoint, which a restart after a crash replays.",
                shard.journal().bytesSinceCheckpoint());
        counter(
                consumer,
                labels,
                "sluice_checkpoints_total",
                "Checkpoints written.",
                shard.checkpointer().writtenCount());
        gauge(consumer, labels, "sluice_shard_queue_bytes", "Bytes that wait for commit.", shard.queuedBytes());
        gauge(
                consumer,
                labels,
                "sluice_shard_tail_bytes",
                "Memory that holds the newest batches.",
                shard.memory().heldBytes());
        gauge(consumer, labels, "sluice_shard_term", "Term of the shard's leader.", shard.term());
        gauge(
                consumer,
                labels,
                "sluice_shard_leading",
                "1 where this node leads the shard.",
                shard.isLeading() ? 1 : 0);
        collectRepair(shard, labels, consumer);
        collectInstalls(shard, labels, consumer);
    }

    private static void collectInstalls(Shard shard, Map<String, String> labels, Consumer<Metric> consumer) {
        counter(
                consumer,
                labels,
                "sluice_shard_installs_total",
                "Checkpoints of other nodes that took the place of the shard's own.",
                shard.checkpointer().installedCount());
        counter(
                consumer,
                labels,
                "sluice_shard_install_fetched_bytes_total",
                "Bytes of other nodes' checkpoints that came over the network.",
                shard.installBytes().fetched());
        counter(
                consumer,
                labels,
                "sluice_shard_install_reused_bytes_total",
                "Bytes of other nodes' checkpoints that this node had already, read and compared.",
                shard.installBytes().reused());
    }

    private static void collectRepair(Shard shard, Map<String, String> labels, Consumer<Metric> consumer) {
        gauge(
                consumer,
                labels,
                "sluice_shard_quarantined",
                "1 while this node's replica repairs itself, because its journal was damaged or gone, and does not vote.",
                shard.quarantine().isPresent() ? 1 : 0);
        shard.quarantine()
                .flatMap(Quarantine::missingEntries)
                .ifPresent(missing -> gauge(
                        consumer,
                        labels,
                        "sluice_shard_repair_missing_entries",
                        "Entries that a replica in quarantine still lacks, once its leader has told.",
                        missing));
    }

    private static void counter(
            Consumer<Metric> consumer, Map<String, String> labels, String name, String help, long value) {
        consumer.accept(new Metric(name, Metric.Kind.COUNTER, help, labels, value));
    }

    private static void gauge(
            Consumer<Metric> consumer, Map<String, String> labels, String name, String help, long value) {
        consumer.accept(new Metric(name, Metric.Kind.GAUGE, help, labels, value));
    }
}
