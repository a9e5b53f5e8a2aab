package io.sluice.broker.api;

import java.util.List;

/**
 * How a door lets people in.
 *
 * @param mechanisms SASL's names of those offered, in the order in which they are told; none = nobody has to log in
 * @param sessionMaxMs a login ends after so long and must be renewed (KIP-368), 0 for never
 * @param failureDelayMs a failed login is answered so late, so that guessing takes time
 */
public record LoginSettings(List<String> mechanisms, long sessionMaxMs, long failureDelayMs) {
    /** Nobody has to log in. */
    public static final LoginSettings NONE = new LoginSettings(List.of(), 0, 0);

    public LoginSettings {
        mechanisms = List.copyOf(mechanisms);
    }
}
