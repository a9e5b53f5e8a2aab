package io.sluice.broker.login;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which bearer tokens are accepted.
 *
 * @param jwks where the issuer's keys are: a file, or an URL that begins with https (http for this machine only)
 * @param issuer value of {@code iss}
 * @param audiences values of {@code aud}, of which the token must have one
 * @param algorithms signatures accepted, JWA's names; never {@code none} or one with a shared secret
 * @param principalClaim the claim that names the user
 * @param clockSkewMs how far the issuer's clock may differ
 */
public record TokenSettings(
        String jwks,
        Optional<String> issuer,
        List<String> audiences,
        Set<String> algorithms,
        String principalClaim,
        long clockSkewMs) {
    public TokenSettings {
        audiences = List.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
    }
}
