package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The text of INFO: the fields that clients and monitors read, each of them true. Any thread. */
final class ServerInfo {
    private static final long DAY_SECONDS = 86_400;
    private static final long MIB = 1 << 20;

    private final ServerState server;
    private final Map<String, Consumer<StringBuilder>> sections = new LinkedHashMap<>();

    ServerInfo(ServerState server) {
        this.server = server;
        sections.put("server", this::server);
        sections.put("clients", this::clients);
        sections.put("memory", this::memory);
        sections.put("persistence", this::persistence);
        sections.put("stats", this::stats);
        sections.put("replication", this::replication);
        sections.put("cpu", this::cpu);
        sections.put("modules", text -> {});
        sections.put("errorstats", text -> {});
        sections.put("cluster", text -> line(text, "cluster_enabled", server.isClustered() ? 1 : 0));
        sections.put("keyspace", this::keyspace);
    }

    String text(Request request) {
        Set<String> wanted = new TreeSet<>();
        for (int i = 1; i < request.count(); i++) {
            wanted.add(request.lower(i));
        }
        boolean isAll = wanted.isEmpty()
                || wanted.contains("all")
                || wanted.contains("default")
                || wanted.contains("everything");
        StringBuilder text = new StringBuilder();
        sections.forEach((name, section) -> {
            if (isAll || wanted.contains(name)) {
                text.append(text.isEmpty() ? "" : "\r\n")
                        .append("# ")
                        .append(Character.toUpperCase(name.charAt(0)))
                        .append(name.substring(1))
                        .append("\r\n");
                section.accept(text);
            }
        });
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append(':').append(value).append("\r\n");
    }

    private void server(StringBuilder text) {
        line(text, "redis_version", ServerCommands.REDIS_VERSION);
        line(text, "redis_mode", server.isClustered() ? "cluster" : "standalone");
        line(text, "sluice_version", server.version());
        line(text, "os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        line(text, "arch_bits", 64);
        line(text, "process_id", ProcessHandle.current().pid());
        line(text, "run_id", server.runId());
        line(text, "tcp_port", server.port());
        line(text, "server_time_usec", server.streams().wallMs() * 1000);
        line(text, "uptime_in_seconds", server.uptimeSeconds());
        line(text, "uptime_in_days", server.uptimeSeconds() / DAY_SECONDS);
    }

    private void clients(StringBuilder text) {
        line(text, "connected_clients", server.clients().size());
        long blocked = server.clients().stream().filter(Session::isBlocked).count();
        line(text, "blocked_clients", blocked);
        line(text, "maxclients", server.clientsMax());
        line(text, "tracking_clients", 0);
    }

    private void memory(StringBuilder text) {
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        line(text, "used_memory", heap.getUsed());
        line(text, "used_memory_human", heap.getUsed() / MIB + "M");
        line(text, "maxmemory", heap.getMax());
        line(text, "maxmemory_policy", "noeviction");
    }

    private void persistence(StringBuilder text) {
        line(text, "loading", 0);
        line(text, "async_loading", 0);
        line(text, "rdb_changes_since_last_save", 0);
        line(text, "rdb_bgsave_in_progress", 0);
        line(text, "rdb_last_bgsave_status", "ok");
        line(text, "aof_enabled", 1);
        line(text, "aof_rewrite_in_progress", 0);
        line(text, "aof_last_write_status", "ok");
    }

    private void cpu(StringBuilder text) {
        ProcessHandle.current().info().totalCpuDuration().ifPresent(used -> {
            line(text, "used_cpu_user", used.toMillis() / 1_000.0);
        });
    }

    private void stats(StringBuilder text) {
        line(text, "total_connections_received", server.connectionCount());
        line(text, "total_commands_processed", server.commandCount());
        line(text, "evicted_keys", 0);
    }

    private void replication(StringBuilder text) {
        line(text, "role", "master");
        line(text, "connected_slaves", 0);
        line(text, "master_replid", server.runId());
        line(text, "master_repl_offset", 0);
    }

    private void keyspace(StringBuilder text) {
        StreamService streams = server.streams();
        for (int database = 0; database < StreamKey.DATABASES; database++) {
            long keys = streams.keyCount(database);
            if (keys > 0) {
                line(text, "db" + database, "keys=" + keys);
            }
        }
    }
}
