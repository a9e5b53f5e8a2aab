package io.sluice.server.doctor;

import io.sluice.broker.BrokerSettings;
import io.sluice.broker.config.ClientLimitConfigs;
import io.sluice.common.SystemClock;
import io.sluice.server.settings.ListenAddress;
import io.sluice.server.settings.Setting;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs every check. One thread. */
public final class Doctor {
    private static final SystemFiles SYSTEM = new SystemFiles(Path.of("/"));

    private Doctor() {}

    /** Of a machine on which a broker with these settings runs or shall run; {@code isDeep} reads every record. */
    public static List<Finding> examine(Settings settings, boolean isDeep) {
        Path directory = settings.get(SluiceSettings.DATA_DIR).toAbsolutePath().normalize();
        DirectoryChecks data = new DirectoryChecks(directory, isDeep);
        boolean isRunning = data.isOpenElsewhere();
        long bufferBytes = settings.get(SluiceSettings.TAIL_MEMORY_BYTES) * 2
                + settings.get(SluiceSettings.KAFKA_REQUEST_MEMORY_BYTES)
                + settings.get(SluiceSettings.KAFKA_ANSWER_MEMORY_BYTES);
        List<Finding> found = new ArrayList<>(new SettingChecks(settings).run());
        found.addAll(new MachineChecks(SYSTEM, Runtime.getRuntime().maxMemory(), bufferBytes, connectionsMax(settings))
                .run());
        found.addAll(new ClockChecks(SYSTEM, new SystemClock()).run());
        found.addAll(new DiskChecks(
                        SYSTEM,
                        new SystemClock(),
                        directory,
                        settings.get(SluiceSettings.DATA_RESERVE_BYTES),
                        settings.get(SluiceSettings.JOURNAL_BYTES))
                .run());
        found.addAll(data.run(isRunning));
        found.addAll(new PortChecks(listeners(settings), isRunning).run());
        return found;
    }

    private static long connectionsMax(Settings settings) {
        return BrokerSettings.of(settings.brokerValues()).get().values().get(ClientLimitConfigs.CONNECTIONS_MAX);
    }

    private static Map<String, ListenAddress> listeners(Settings settings) {
        Map<String, ListenAddress> listeners = new LinkedHashMap<>();
        for (Setting<Optional<ListenAddress>> setting : List.of(
                SluiceSettings.KAFKA_LISTEN,
                SluiceSettings.REDIS_LISTEN,
                SluiceSettings.REDIS_TLS_LISTEN,
                SluiceSettings.HTTP_LISTEN)) {
            settings.get(setting).ifPresent(address -> listeners.put(setting.name(), address));
        }
        return listeners;
    }
}
