package io.sluice.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of KIP-371. */
final class PrincipalMappingTest {
    private static final String NAME = "CN=Duke,OU=Server Users,O=Org/Unit,C=US";

    @Test
    void theFirstRuleThatFitsMakesTheName() {
        PrincipalMapping mapping = PrincipalMapping.parse(
                "RULE:^CN=(.*?),OU=Clients.*$/client-$1/, RULE:^CN=(.*?),OU=(.*?),.*$/$1@$2/L ,DEFAULT");

        assertThat(mapping.apply(NAME)).contains("duke@server users");
        assertThat(mapping.apply("CN=Ann,OU=Clients,C=US")).contains("client-Ann");
        assertThat(mapping.apply("O=Nobody")).contains("O=Nobody");
    }

    @Test
    void withoutADefaultNobodyElseHasAName() {
        assertThat(PrincipalMapping.parse("RULE:^CN=(.*?),.*$/$1/U").apply("O=Nobody"))
                .isEmpty();
    }

    @Test
    void groupsCanHaveNamesAndSlashesAreEscaped() {
        PrincipalMapping mapping = PrincipalMapping.parse("RULE:^CN=(?<user>.*?),.*O=Org\\/Unit.*$/${user}\\/unit/");

        assertThat(mapping.apply(NAME)).contains("Duke/unit");
    }

    /** Otherwise the mistake would be met by each client, and end its connection. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "RULE:^CN=(.*)$/$2/",
                "RULE:^CN=(.*)$/${user}/",
                "RULE:^CN=(.*)$/$user/",
                "RULE:^CN=(.*)$/a$/",
                "RULE:^CN=(.*$/$1/",
                "RULE:^CN=(.*)$/$1/X",
                "RULE:^CN=(.*)$",
                "CN=Duke",
                "DEFAULT RULE:a/b/"
            })
    void aRuleThatCannotWorkIsRefusedAtOnce(String rules) {
        assertThatThrownBy(() -> PrincipalMapping.parse(rules)).isInstanceOf(IllegalArgumentException.class);
    }
}
