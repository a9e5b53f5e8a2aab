package io.sluice.broker.login;

import io.sluice.broker.api.LoginExchange;
import io.sluice.broker.api.LoginStep;
import java.nio.charset.StandardCharsets;

/**
 * OAUTHBEARER (RFC 7628): {@code n,,^Aauth=Bearer TOKEN^A^A}. A token that is refused is answered by a status in JSON,
 * after which the client sends one byte and the exchange fails (section 3.2.3).
 */
final class BearerExchange implements LoginExchange {
    private static final char SEPARATOR = '\u0001';
    private static final String SCHEME = "bearer ";
    private static final byte[] INVALID = "{\"status\":\"invalid_token\"}".getBytes(StandardCharsets.UTF_8);

    private final TokenCheck check;
    private String failure = "";

    BearerExchange(TokenCheck check) {
        this.check = check;
    }

    @Override
    public LoginStep next(byte[] message) {
        if (!failure.isEmpty()) {
            return new LoginStep.Failure(failure);
        }
        String text = new String(message, StandardCharsets.UTF_8);
        String[] fields = text.split(String.valueOf(SEPARATOR), -1);
        String[] header = fields[0].split(",", -1);
        if (fields.length < 2 || header.length != 3 || !(header[0].equals("n") || header[0].equals("y"))) {
            return new LoginStep.Failure("the OAUTHBEARER message is malformed");
        }
        String token = "";
        for (String field : fields) {
            boolean isToken = field.regionMatches(true, 0, "auth=" + SCHEME, 0, "auth=".length() + SCHEME.length());
            token = isToken
                    ? field.substring("auth=".length() + SCHEME.length()).strip()
                    : token;
        }
        LoginStep step = token.isEmpty() ? new LoginStep.Failure("the message has no token") : check.check(token);
        return switch (step) {
            case LoginStep.Success success
            when !actsAsItself(header[1], success) ->
                new LoginStep.Failure(success.principal() + " wants to act as another");
            case LoginStep.Success success -> success;
            case LoginStep.Failure refused -> {
                failure = refused.reason();
                yield new LoginStep.Challenge(INVALID);
            }
            case LoginStep.Challenge challenge -> challenge;
        };
    }

    private static boolean actsAsItself(String authorizationId, LoginStep.Success success) {
        return authorizationId.isEmpty()
                || authorizationId.equals("a=" + success.principal().name());
    }
}
