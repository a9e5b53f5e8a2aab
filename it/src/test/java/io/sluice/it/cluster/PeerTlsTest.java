package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.it.security.Certificates;
import io.sluice.server.node.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Between nodes both ends show a certificate, and who has none that is trusted stays outside. */
@Timeout(120)
final class PeerTlsTest {
    private final Path folder;

    PeerTlsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Map<String, String> tls(Path store, Path trust) {
        return Map.of(
                "cluster.tls.certificate", Certificates.certificate(store).toString(),
                "cluster.tls.key", Certificates.key(store).toString(),
                "cluster.tls.trust", trust.toString());
    }

    private RunningNodes nodes(Map<String, String> common) {
        return new RunningNodes(folder, common);
    }

    private void assertRefused(String address, Map<String, String> settings) {
        Map<String, String> asking = new HashMap<>(settings);
        asking.put("cluster.join", address);
        try (RunningNodes strangers = nodes(asking)) {
            assertThatThrownBy(() -> strangers.start(9))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cannot join the cluster of " + address);
            assertThat(Files.exists(strangers.directory(9).resolve("format"))).isFalse();
        }
    }

    @Test
    void nodesTalkThroughMutualTlsAndStrangersDoNot() throws IOException {
        Path ours = Certificates.store(folder, "ours");
        Path theirs = Certificates.store(folder, "theirs");
        Path token = Files.writeString(folder.resolve("token"), "a secret that all nodes know\n");
        Path trust = Certificates.certificate(ours);
        Map<String, String> right = new HashMap<>(tls(ours, trust));
        right.put("cluster.token.file", token.toString());

        try (RunningNodes cluster = nodes(right)) {
            cluster.start(1);
            String address = cluster.node(1).clusterAddress().orElseThrow();

            Map<String, String> unknownCertificate = new HashMap<>(tls(theirs, trust));
            unknownCertificate.put("cluster.token.file", token.toString());
            assertRefused(address, unknownCertificate);
            assertRefused(address, Map.of("cluster.token.file", token.toString()));
            assertRefused(address, tls(ours, trust));

            cluster.start(2);
            cluster.awaitSettled(2, 2);
        }
    }
}
