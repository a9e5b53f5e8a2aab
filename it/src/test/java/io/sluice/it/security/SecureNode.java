package io.sluice.it.security;

import io.sluice.server.node.BrokerNode;
import io.sluice.server.settings.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brokers in this process, with users whose passwords are known. */
final class SecureNode {
    static final String ROOT_PASSWORD = "root-secret-8";
    static final String ALICE_PASSWORD = "alice-secret-9";

    private SecureNode() {}

    static BrokerNode start(Path folder, List<String> settings) {
        List<String> all = new ArrayList<>(List.of(
                "data.dir=" + folder.resolve("data"),
                "kafka.listen=127.0.0.1:0",
                "http.listen=off",
                "group.initial.rebalance.delay.ms=0"));
        all.addAll(settings);
        return BrokerNode.start(SettingsLoader.load(Optional.empty(), Map.of(), all));
    }

    /** A file with root and alice, as the setting wants it. */
    static Path users(Path folder) {
        Path file = Certificates.write(
                folder.resolve("users"), "# first users\nroot:" + ROOT_PASSWORD + "\nalice:" + ALICE_PASSWORD + "\n");
        try {
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
