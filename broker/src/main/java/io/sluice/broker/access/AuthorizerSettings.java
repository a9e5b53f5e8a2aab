package io.sluice.broker.access;

import io.sluice.broker.api.Principal;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigValues;
import java.util.HashSet;
import java.util.Set;

/**
 * How rules are applied.
 *
 * @param isOn whether rules are asked at all
 * @param superUsers who may do everything, whatever the rules say
 * @param isOpenWithoutRule whether everybody may do everything to a resource of which no rule speaks
 */
public record AuthorizerSettings(boolean isOn, Set<Principal> superUsers, boolean isOpenWithoutRule) {
    /** No rules are asked. */
    public static final AuthorizerSettings OFF = new AuthorizerSettings(false, Set.of(), false);

    public AuthorizerSettings {
        superUsers = Set.copyOf(superUsers);
    }

    /** What the broker's configuration says. */
    public static AuthorizerSettings of(ConfigValues broker) {
        return new AuthorizerSettings(
                broker.get(BrokerConfigs.AUTHORIZER).equals("on"),
                principals(broker.get(BrokerConfigs.SUPER_USERS)),
                broker.get(BrokerConfigs.OPEN_WITHOUT_RULE));
    }

    /** As Kafka writes them: {@code User:a;User:b}, because a name may hold a comma. Checked by the configuration. */
    private static Set<Principal> principals(String text) {
        Set<Principal> users = new HashSet<>();
        for (String part : text.split(";", -1)) {
            Principal.parse(part.strip()).ifPresent(users::add);
        }
        return users;
    }
}
