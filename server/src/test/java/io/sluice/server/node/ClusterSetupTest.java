package io.sluice.server.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.SystemClock;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterSetupTest {
    @Test
    void aSecretThatIsNoTextIsToldAsOne(@TempDir Path folder) throws IOException {
        Path token = Files.write(folder.resolve("token"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2, 3, '\n'});
        Settings settings = SettingsLoader.load(
                Optional.empty(), Map.of(), List.of("cluster.listen=127.0.0.1:0", "cluster.token.file=" + token));

        assertThatThrownBy(() -> ClusterSetup.of(settings, new SystemClock()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("cannot read " + token);
    }
}
