package io.sluice.server.doctor;

import io.sluice.common.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether time passes as it should. Timestamps and retention go by the wall clock.
 *
 * @param system the kernel's files
 * @param clock the machine's
 */
record ClockChecks(SystemFiles system, Clock clock) {
    private static final long WATCH_NS = 200_000_000;
    private static final long DRIFT_MAX_MS = 20;
    private static final long BUILT_MS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final Set<String> SERVICES =
            Set.of("chronyd", "ntpd", "systemd-timesyn", "openntpd", "ntpd-rs", "ptp4l", "phc2sys");

    List<Finding> run() {
        return List.of(watch(), service());
    }

    private Finding watch() {
        long wallMs = clock.wallMs();
        long startNs = clock.nanoTime();
        while (clock.nanoTime() - startNs < WATCH_NS) {
            LockSupport.parkNanos(WATCH_NS / 10);
        }
        long monotonicMs = (clock.nanoTime() - startNs) / 1_000_000;
        long driftMs = Math.abs(clock.wallMs() - wallMs - monotonicMs);
        if (wallMs < BUILT_MS) {
            return Finding.fail(
                    "clock",
                    "it is " + Instant.ofEpochMilli(wallMs) + ", before this program was made",
                    "set it: records would get wrong timestamps, and be removed by retention once it is right");
        }
        return driftMs > DRIFT_MAX_MS
                ? Finding.warn(
                        "clock",
                        "it went " + driftMs + " ms away from the monotonic clock within " + monotonicMs + " ms",
                        "look at the time service: a clock that jumps gives wrong timestamps")
                : Finding.ok("clock", Instant.ofEpochMilli(wallMs) + ", even with the monotonic clock");
    }

    Finding service() {
        if (system.exists("run/systemd/timesync/synchronized")) {
            return Finding.ok("time service", "systemd-timesyncd has set the clock");
        }
        Optional<String> running =
                system.programs().stream().filter(SERVICES::contains).findFirst();
        return running.map(name -> Finding.ok("time service", name + " runs"))
                .orElseGet(() -> Finding.warn(
                        "time service",
                        "none runs here",
                        "install one, such as chrony, unless the host keeps the clock (containers)"));
    }
}
