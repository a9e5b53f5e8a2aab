package io.sluice.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.SystemClock;
import io.sluice.server.doctor.Finding.Status;
import io.sluice.server.settings.ListenAddress;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SettingsLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorTest {
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    Path folder;

    private Settings settings(String... overrides) {
        List<String> all = new ArrayList<>(
                List.of("data.dir=" + folder.resolve("data"), "kafka.listen=127.0.0.1:0", "http.listen=127.0.0.1:0"));
        all.addAll(List.of(overrides));
        return SettingsLoader.load(Optional.empty(), Map.of(), all);
    }

    private static Finding about(String subject, List<Finding> found) {
        return found.stream()
                .filter(finding -> finding.subject().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    private SystemFiles system(String path, String content) throws IOException {
        Path file = folder.resolve("system").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return new SystemFiles(folder.resolve("system"));
    }

    @Test
    void thisMachineIsExaminedWithoutAFailureAndNothingIsLeftBehind() throws IOException {
        List<Finding> found = Doctor.examine(settings(), true);

        assertThat(found).filteredOn(finding -> finding.status() == Status.FAIL).isEmpty();
        assertThat(about("disk sync", found).says()).contains("ms");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsWrongComesWithWhatToChange() {
        List<Finding> found = new SettingChecks(
                        settings("sluice.durability=memory", "kafka.listen=0.0.0.0:0", "http.listen=0.0.0.0:8080"))
                .run();

        assertThat(about("durability", found).status()).isEqualTo(Status.WARN);
        assertThat(about("settings", found).status()).isEqualTo(Status.FAIL);
        assertThat(about("settings", found).says()).contains("kafka.advertise");
        assertThat(about("kafka.listen", found).advice()).contains("certificate");
        assertThat(about("http.listen", found).status()).isEqualTo(Status.WARN);
        assertThat(found).allSatisfy(finding -> assertThat(finding.advice()).isNotEmpty());
    }

    @Test
    void aTakenPortFailsUnlessTheBrokerRuns() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = new ListenAddress("127.0.0.1", OptionalInt.of(taken.getLocalPort()));

            assertThat(new PortChecks(Map.of("kafka.listen", address), false)
                            .run()
                            .getFirst()
                            .status())
                    .isEqualTo(Status.FAIL);
            assertThat(new PortChecks(Map.of("kafka.listen", address), true)
                            .run()
                            .getFirst()
                            .status())
                    .isEqualTo(Status.OK);
        }
    }

    @Test
    void memoryIsComparedWithTheMachineAndTheControlGroup() throws IOException {
        SystemFiles system = system("proc/meminfo", "MemTotal:        4194304 kB\nMemFree: 1 kB\n");
        assertThat(new MachineChecks(system, GIBIBYTE, GIBIBYTE / 2, 10)
                        .memory()
                        .status())
                .isEqualTo(Status.OK);
        assertThat(new MachineChecks(system, 3 * GIBIBYTE, GIBIBYTE / 2, 10)
                        .memory()
                        .status())
                .isEqualTo(Status.WARN);

        system("sys/fs/cgroup/memory.max", GIBIBYTE + "\n");
        assertThat(new MachineChecks(system, GIBIBYTE, GIBIBYTE / 2, 10)
                        .memory()
                        .status())
                .isEqualTo(Status.FAIL);
    }

    @Test
    void limitsBelowWhatTheSettingsAllowAreTold() throws IOException {
        SystemFiles system = system("proc/sys/vm/max_map_count", "1000\n");
        MachineChecks checks = new MachineChecks(system, GIBIBYTE, 0, 10_000);

        assertThat(checks.openFiles(1024).status()).isEqualTo(Status.WARN);
        assertThat(checks.openFiles(1 << 20).status()).isEqualTo(Status.OK);
        assertThat(checks.maps().status()).isEqualTo(Status.WARN);
    }

    @Test
    void aClockThatNothingKeepsIsTold() throws IOException {
        SystemFiles none = system("proc/12/comm", "bash\n");
        assertThat(new ClockChecks(none, new SystemClock()).service().status()).isEqualTo(Status.WARN);

        SystemFiles chrony = system("proc/13/comm", "chronyd\n");
        assertThat(new ClockChecks(chrony, new SystemClock()).service().status())
                .isEqualTo(Status.OK);
    }

    @Test
    void disksThatForgetOrAreFullOrSlowAreTold() throws IOException {
        SystemFiles system = system(
                "proc/self/mounts", "dev / ext4 rw 0 0\nnone " + folder + " tmpfs rw 0 0\nx /other nfs4 rw 0 0\n");
        assertThat(system.fileSystem(folder.resolve("data"))).contains("tmpfs");
        assertThat(system.fileSystem(Path.of("/elsewhere"))).contains("ext4");
        DiskChecks checks = new DiskChecks(system, new SystemClock(), folder, 256 << 20, GIBIBYTE);

        assertThat(checks.fileSystem("tmpfs").status()).isEqualTo(Status.WARN);
        assertThat(checks.fileSystem("xfs").status()).isEqualTo(Status.OK);
        assertThat(checks.space(100 << 20, 100 * GIBIBYTE).status()).isEqualTo(Status.FAIL);
        assertThat(checks.space(GIBIBYTE, 100 * GIBIBYTE).status()).isEqualTo(Status.WARN);
        assertThat(checks.space(50 * GIBIBYTE, 100 * GIBIBYTE).status()).isEqualTo(Status.OK);
        assertThat(checks.speed(new SyncLatency(1_000_000, 200_000_000)).status())
                .isEqualTo(Status.WARN);
        assertThat(checks.speed(new SyncLatency(1_000, 2_000)).status()).isEqualTo(Status.WARN);
        assertThat(checks.speed(new SyncLatency(500_000, 2_000_000)).status()).isEqualTo(Status.OK);
    }

    @Test
    void aDirectoryThatNoBrokerWouldOpenFails() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("format"), "version=99999\n");

        assertThat(about("data directory", Doctor.examine(settings(), false)).status())
                .isEqualTo(Status.FAIL);
    }
}
