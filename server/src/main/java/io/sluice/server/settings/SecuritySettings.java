package io.sluice.server.settings;

import io.sluice.broker.api.Logins;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Settings of TLS and logins. None of them holds a secret: passwords are in files, of which the settings have the names. */
public final class SecuritySettings {
    /** TLS of Kafka clients. */
    public static final OfTls KAFKA_TLS = OfTls.of("kafka", "Kafka");

    /** TLS of Redis clients. */
    public static final OfTls REDIS_TLS = OfTls.of("redis", "Redis");

    /** Whether Redis clients must log in. */
    public static final Setting<Boolean> REDIS_LOGIN = new Setting<>(
            "redis.login",
            new SettingType.Switch(),
            "false",
            Change.RESTART,
            "Whether Redis clients must log in with AUTH or HELLO as a user of the broker; AUTH with a password alone is the user"
                    + " default.");

    /** TLS of HTTP clients. */
    public static final OfTls HTTP_TLS = OfTls.of("http", "HTTP");

    /** Names from certificates. */
    public static final Setting<String> KAFKA_PRINCIPAL_MAPPING = new Setting<>(
            "kafka.tls.principal.mapping.rules",
            new SettingType.Text("rules RULE:pattern/replacement/[LU] and DEFAULT, separated by commas"),
            "DEFAULT",
            Change.RESTART,
            "Makes user names of the names in client certificates; the first rule that fits is used, as in Kafka.");

    /** Mechanisms. */
    public static final Setting<List<String>> KAFKA_SASL_MECHANISMS = new Setting<>(
            "kafka.sasl.mechanisms",
            new SettingType.Words(Logins.KNOWN),
            "",
            Change.RESTART,
            "SASL mechanisms that Kafka clients may log in with; empty = nobody has to log in.");

    /** Whether passwords may come in the clear. */
    public static final Setting<Boolean> KAFKA_PLAIN_WITHOUT_TLS = new Setting<>(
            "kafka.sasl.plain.without.tls",
            new SettingType.Switch(),
            "false",
            Change.RESTART,
            "Whether PLAIN and OAUTHBEARER, which send what they prove, are offered without TLS.");

    /** Length of sessions. */
    public static final Setting<Long> KAFKA_SASL_SESSION_MAX_MS = new Setting<>(
            "kafka.sasl.session.max.ms",
            new SettingType.WholeNumber(0, 604_800_000, "ms"),
            "0",
            Change.RESTART,
            "A login must be renewed after so long, or with the end of its token if that is earlier; 0 for never.");

    /** Price of guessing. */
    public static final Setting<Long> KAFKA_SASL_FAILURE_DELAY_MS = new Setting<>(
            "kafka.sasl.failure.delay.ms",
            new SettingType.WholeNumber(0, 10_000, "ms"),
            "100",
            Change.RESTART,
            "A failed login is answered so late, and its connection closed then.");

    /** Keys of the identity provider. */
    public static final Setting<String> OAUTH_JWKS = new Setting<>(
            "kafka.sasl.oauthbearer.jwks",
            new SettingType.Text("a file or an https URL, or empty"),
            "",
            Change.RESTART,
            "JSON Web Key Set with the keys that sign tokens; needed for OAUTHBEARER.");

    /** Issuer of tokens. */
    public static final Setting<String> OAUTH_ISSUER = new Setting<>(
            "kafka.sasl.oauthbearer.issuer",
            new SettingType.Text("a text, or empty for any"),
            "",
            Change.RESTART,
            "What tokens must name as iss.");

    /** Audience of tokens. */
    public static final Setting<String> OAUTH_AUDIENCE = new Setting<>(
            "kafka.sasl.oauthbearer.audience",
            new SettingType.Text("texts separated by commas, or empty for any"),
            "",
            Change.RESTART,
            "Of what tokens must name one as aud.");

    /** Who a token is of. */
    public static final Setting<String> OAUTH_PRINCIPAL_CLAIM = new Setting<>(
            "kafka.sasl.oauthbearer.principal.claim",
            new SettingType.Text("name of a claim"),
            "sub",
            Change.RESTART,
            "Claim of a token that names the user.");

    /** Signatures. */
    public static final Setting<List<String>> OAUTH_ALGORITHMS = new Setting<>(
            "kafka.sasl.oauthbearer.algorithms",
            new SettingType.Words(
                    List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")),
            "RS256,PS256,ES256",
            Change.RESTART,
            "Signatures of tokens that are accepted.");

    /** Tolerance of clocks. */
    public static final Setting<Long> OAUTH_CLOCK_SKEW_MS = new Setting<>(
            "kafka.sasl.oauthbearer.clock.skew.ms",
            new SettingType.WholeNumber(0, 600_000, "ms"),
            "30000",
            Change.RESTART,
            "How far the clock of whoever issues tokens may differ from ours; whole seconds.");

    /** The first users. */
    public static final Setting<Optional<Path>> USERS_FILE = new Setting<>(
            "security.users.file",
            new SettingType.OptionalFile(),
            "",
            Change.RESTART,
            "File with lines NAME:PASSWORD, readable by its owner only: at every start users in it that do not exist are"
                    + " made.");

    /** All of them, in the order in which a reader wants them. */
    public static final List<Setting<?>> ALL = Stream.of(
                    KAFKA_TLS.all().stream(),
                    Stream.<Setting<?>>of(
                            KAFKA_PRINCIPAL_MAPPING,
                            KAFKA_SASL_MECHANISMS,
                            KAFKA_PLAIN_WITHOUT_TLS,
                            KAFKA_SASL_SESSION_MAX_MS,
                            KAFKA_SASL_FAILURE_DELAY_MS,
                            OAUTH_JWKS,
                            OAUTH_ISSUER,
                            OAUTH_AUDIENCE,
                            OAUTH_PRINCIPAL_CLAIM,
                            OAUTH_ALGORITHMS,
                            OAUTH_CLOCK_SKEW_MS,
                            USERS_FILE),
                    Stream.<Setting<?>>of(REDIS_LOGIN),
                    REDIS_TLS.all().stream(),
                    HTTP_TLS.all().stream())
            .<Setting<?>>flatMap(settings -> settings)
            .toList();

    private SecuritySettings() {}

    /**
     * TLS of one listener.
     *
     * @param certificate PEM chain or PKCS#12
     * @param key PEM key
     * @param passwordFile of key or PKCS#12
     * @param trust certificates
     * @param clients none, requested or required
     * @param protocols versions
     * @param handshakeTimeoutMs patience
     */
    public record OfTls(
            Setting<Optional<Path>> certificate,
            Setting<Optional<Path>> key,
            Setting<Optional<Path>> passwordFile,
            Setting<Optional<Path>> trust,
            Setting<String> clients,
            Setting<List<String>> protocols,
            Setting<Long> handshakeTimeoutMs) {
        static OfTls of(String prefix, String protocol) {
            return new OfTls(
                    file(
                            prefix + ".tls.certificate",
                            "Certificate chain in PEM, or PKCS#12 file with chain and key: switches TLS on for "
                                    + protocol + " clients. Read again when it changes."),
                    file(prefix + ".tls.key", "Private key in PEM (PKCS#8); not needed with PKCS#12."),
                    file(
                            prefix + ".tls.password.file",
                            "File whose first line is the password of the key or PKCS#12 file."),
                    file(
                            prefix + ".tls.trust",
                            "Certificates, PEM or PKCS#12, by which client certificates are checked."),
                    new Setting<>(
                            prefix + ".tls.client.auth",
                            new SettingType.Choice(List.of("none", "requested", "required")),
                            "none",
                            Change.RESTART,
                            "Whether " + protocol + " clients must show a certificate."),
                    new Setting<>(
                            prefix + ".tls.protocols",
                            new SettingType.Words(List.of("TLSv1.3", "TLSv1.2")),
                            "TLSv1.3,TLSv1.2",
                            Change.RESTART,
                            "Versions of TLS offered to " + protocol + " clients."),
                    new Setting<>(
                            prefix + ".tls.handshake.timeout.ms",
                            new SettingType.WholeNumber(100, 600_000, "ms"),
                            "10000",
                            Change.RESTART,
                            "A TLS handshake that takes longer is ended."));
        }

        private static Setting<Optional<Path>> file(String name, String sentence) {
            return new Setting<>(name, new SettingType.OptionalFile(), "", Change.RESTART, sentence);
        }

        List<Setting<?>> all() {
            return List.of(certificate, key, passwordFile, trust, clients, protocols, handshakeTimeoutMs);
        }
    }
}
