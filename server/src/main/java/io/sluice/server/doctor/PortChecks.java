package io.sluice.server.doctor;

import io.sluice.server.settings.ListenAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether the listeners' addresses can be taken.
 *
 * @param listeners addresses by setting
 * @param isRunning whether the directory's broker runs, which has them then
 */
record PortChecks(Map<String, ListenAddress> listeners, boolean isRunning) {
    List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        listeners.forEach((setting, address) -> found.add(check(setting, address)));
        return found;
    }

    private Finding check(String setting, ListenAddress address) {
        int port = address.port().orElse(0);
        String shown = address.text();
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address.bindHost(), port));
            return isRunning && port != 0
                    ? Finding.warn(setting, shown + " is free, though the broker runs", "it runs with other settings")
                    : Finding.ok(setting, shown + " is free");
        } catch (IOException e) {
            return isRunning
                    ? Finding.ok(setting, shown + " is taken, as it should be while the broker runs")
                    : Finding.fail(
                            setting,
                            shown + " cannot be taken: " + e.getMessage(),
                            "stop what uses it, or choose another address of this machine");
        }
    }
}
