package io.sluice.server.doctor;

import io.sluice.server.node.SetupCheck;
import io.sluice.server.settings.ListenAddress;
import io.sluice.server.settings.SecuritySettings;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings that are allowed and may not be meant.
 *
 * @param settings in force
 */
record SettingChecks(Settings settings) {
    List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        String durability = settings.brokerValues().getOrDefault("sluice.durability", "fsync");
        if (!durability.equals("fsync")) {
            found.add(Finding.warn(
                    "durability",
                    "sluice.durability=" + durability + ": new topics lose acknowledged records "
                            + (durability.equals("os") ? "in a power cut" : "whenever the broker stops"),
                    "leave it at fsync, and set it for single topics where that is meant"));
        }
        // Certificates, keys and everything else that a start would read.
        SetupCheck.problem(settings)
                .ifPresent(problem -> found.add(Finding.fail("settings", problem, "a start would end with this")));
        if (settings.get(SluiceSettings.KAFKA_LISTEN)
                        .filter(SettingChecks::isOpen)
                        .isPresent()
                && settings.get(SecuritySettings.KAFKA_TLS.certificate()).isEmpty()) {
            found.add(Finding.warn(
                    "kafka.listen",
                    settings.text(SluiceSettings.KAFKA_LISTEN)
                            + " is reached from other machines and has no TLS: records and passwords can be read on the way",
                    "set " + SecuritySettings.KAFKA_TLS.certificate().name()));
        }
        if (settings.get(SluiceSettings.REDIS_LISTEN)
                .filter(SettingChecks::isOpen)
                .isPresent()) {
            found.add(Finding.warn(
                    "redis.listen",
                    settings.text(SluiceSettings.REDIS_LISTEN)
                            + " is reached from other machines and has no TLS: entries and passwords can be read on the way",
                    "use redis.tls.listen"));
        }
        if (settings.get(SluiceSettings.HTTP_LISTEN)
                .filter(SettingChecks::isOpen)
                .isPresent()) {
            found.add(Finding.warn(
                    "http.listen",
                    settings.text(SluiceSettings.HTTP_LISTEN) + " shows /metrics to everybody who reaches it",
                    "keep it at 127.0.0.1, or behind a firewall"));
        }
        if (found.isEmpty()) {
            found.add(Finding.ok("settings", "all known, none risky"));
        }
        return found;
    }

    static boolean isOpen(ListenAddress address) {
        return !address.host().equals("localhost")
                && !address.host().startsWith("127.")
                && !address.host().equals("::1");
    }
}
