package io.sluice.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeProcessesTest {
    @Test
    void theSecretOfTheNodesIsForTheirUserAlone(@TempDir Path folder) throws IOException {
        Path token = NodeProcesses.token(folder.resolve("demo"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(token)).matches("[0-9a-f]{64}\n");
        assertThat(NodeProcesses.token(folder.resolve("demo"))).isEqualTo(token);
    }
}
