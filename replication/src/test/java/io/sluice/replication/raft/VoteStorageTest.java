package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VoteStorageTest {
    private static final Path DIRECTORY = Path.of("/shard");

    private final List<RuntimeException> halts = new ArrayList<>();
    private SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(7));

    VoteStorageTest() {
        disk.createDirectories(DIRECTORY);
        disk.syncDirectory(Path.of("/"));
        VoteStorage.create(disk, DIRECTORY, 4);
    }

    @Test
    void aNewVoteHasTheTermOfTheLogAndNobody() {
        VoteStorage votes = VoteStorage.open(disk, DIRECTORY, halts::add);

        assertThat(votes.getTerm()).isEqualTo(4);
        assertThat(votes.getVotedFor().isEmpty()).isTrue();
    }

    @Test
    void aVoteSurvivesAPowerCutAtOnce() {
        VoteStorage.open(disk, DIRECTORY, halts::add).setTermAndVotedFor(9, Peers.peer(3));
        disk = disk.afterPowerLoss();

        VoteStorage votes = VoteStorage.open(disk, DIRECTORY, halts::add);
        assertThat(votes.getTerm()).isEqualTo(9);
        assertThat(votes.getVotedFor()).isEqualTo(Peers.peer(3));
    }

    /** The engine keeps a vote that it could not write in memory and goes on. */
    @Test
    void aVoteThatCannotBeWrittenEndsTheProcess() {
        VoteStorage votes = VoteStorage.open(disk, DIRECTORY, halts::add);
        disk.failSync(1);

        assertThatThrownBy(() -> votes.setVotedFor(Peers.peer(2))).isInstanceOf(DiskException.class);

        assertThat(halts).hasSize(1);
        assertThat(votes.getVotedFor().isEmpty()).isTrue();
    }
}
