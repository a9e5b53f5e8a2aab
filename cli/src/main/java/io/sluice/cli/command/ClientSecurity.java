package io.sluice.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/**
 * Turns what the command line says about signing in and encryption into settings of a Kafka client.
 *
 * @param user whom to sign in as; empty leaves that to the client file
 * @param mechanism how; empty for the file's or the default
 * @param tls whether to encrypt
 * @param certificateAuthority a PEM file to trust; present means encrypt
 */
record ClientSecurity(
        Optional<String> user, Optional<String> mechanism, boolean tls, Optional<Path> certificateAuthority) {

    static final String MECHANISM_DEFAULT = "SCRAM-SHA-512";

    /**
     * The settings to put above those of {@code file}. Asks for the password where the environment has none.
     *
     * @throws CommandException when there is no password, or the mechanism is unknown
     */
    Map<String, Object> settings(Map<String, String> file, Console console) {
        Map<String, Object> settings = new HashMap<>();
        String usual = file.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT");
        boolean isEncrypted = tls || certificateAuthority.isPresent() || usual.endsWith("SSL");
        boolean isSignedIn = user.isPresent() || usual.startsWith("SASL");
        settings.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol(isEncrypted, isSignedIn));
        certificateAuthority.ifPresent(pem -> {
            if (!Files.isReadable(pem)) {
                throw new CommandException("no such file: " + pem + "; --tls-ca takes a certificate in PEM form");
            }
            settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            settings.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, pem.toString());
        });
        user.ifPresent(name -> {
            String chosen = mechanism
                    .orElse(file.getOrDefault(SaslConfigs.SASL_MECHANISM, MECHANISM_DEFAULT))
                    .toUpperCase(Locale.ROOT);
            settings.put(SaslConfigs.SASL_MECHANISM, chosen);
            settings.put(SaslConfigs.SASL_JAAS_CONFIG, login(chosen, name, password(name, console)));
        });
        if (user.isEmpty() && mechanism.isPresent()) {
            throw new CommandException("--sasl says how to sign in, but not as whom; add --as USER");
        }
        return settings;
    }

    private static String protocol(boolean isEncrypted, boolean isSignedIn) {
        if (isSignedIn) {
            return isEncrypted ? "SASL_SSL" : "SASL_PLAINTEXT";
        }
        return isEncrypted ? "SSL" : "PLAINTEXT";
    }

    private static String password(String name, Console console) {
        return console.environment("SLUICE_PASSWORD")
                .or(() -> console.secret("password of " + name + ": "))
                .orElseThrow(() -> new CommandException("no password for " + name
                        + "; set SLUICE_PASSWORD, or name a file with --client-config that has sasl.jaas.config"));
    }

    private static String login(String mechanism, String name, String password) {
        Class<?> module = switch (mechanism) {
            case "PLAIN" -> PlainLoginModule.class;
            case "SCRAM-SHA-256", "SCRAM-SHA-512" -> ScramLoginModule.class;
            default ->
                throw new CommandException("--sasl must be SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN, not " + mechanism
                        + "; other mechanisms go into a --client-config file");
        };
        return module.getName() + " required username=" + quoted(name) + " password=" + quoted(password) + ";";
    }

    /** A string of the login configuration's grammar, which ends a string at a line's end. */
    private static String quoted(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new CommandException("a user name or password must not have line ends or control characters");
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
