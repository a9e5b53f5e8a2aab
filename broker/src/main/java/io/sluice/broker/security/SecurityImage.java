package io.sluice.broker.security;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.ScramMechanism;
import java.util.List;
import java.util.Map;

/**
 * Users and rules after some commit.
 *
 * @param rules sorted
 * @param users credentials by name and mechanism
 */
record SecurityImage(List<AccessRule> rules, Map<String, Map<ScramMechanism, ScramCredential>> users) {
    static final SecurityImage EMPTY = new SecurityImage(List.of(), Map.of());
}
