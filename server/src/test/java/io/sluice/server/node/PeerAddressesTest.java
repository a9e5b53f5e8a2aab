package io.sluice.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.cluster.JoinProtocol.PeerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeerAddressesTest {
    private static final Map<Integer, PeerAddress> OTHERS =
            Map.of(1, new PeerAddress("127.0.0.1", 9_001), 2, new PeerAddress("127.0.0.1", 9_002));

    @Test
    void whatWasNotedIsKnownAfterARestart(@TempDir Path folder) {
        PeerAddresses.read(folder).begin(OTHERS);

        assertThat(PeerAddresses.read(folder).others(1)).containsExactly(2);
    }

    @Test
    void aPortThatThereIsNotIsNoAddress(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("peers"), "1 127.0.0.1 9001\n2 127.0.0.1 99999\n");

        assertThat(PeerAddresses.read(folder).others(0)).containsExactly(1);
    }

    /** It would take itself for the first node when it starts again. */
    @Test
    void aNodeThatCannotNoteTheOthersIsNotTakenIn(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("peers.next"));

        PeerAddresses addresses = PeerAddresses.read(folder);
        assertThatThrownBy(() -> addresses.begin(OTHERS)).isInstanceOf(UncheckedIOException.class);
        Files.delete(folder.resolve("peers.next"));
        addresses.become(OTHERS);
        assertThat(PeerAddresses.read(folder).others(1)).containsExactly(2);
    }
}
