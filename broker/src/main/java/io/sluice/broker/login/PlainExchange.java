package io.sluice.broker.login;

import io.sluice.broker.api.LoginExchange;
import io.sluice.broker.api.LoginStep;
import io.sluice.broker.api.Principal;
import java.nio.charset.StandardCharsets;

/** PLAIN (RFC 4616): one message with the password in it. Hashing it takes as long for users that do not exist. */
record PlainExchange(PasswordSource passwords) implements LoginExchange {
    private static final int PASSWORD_CHARACTERS_MAX = 1_024;

    @Override
    public LoginStep next(byte[] message) {
        String[] parts = new String(message, StandardCharsets.UTF_8).split("\0", -1);
        if (parts.length != 3 || parts[1].isEmpty() || parts[2].isEmpty()) {
            return new LoginStep.Failure("the PLAIN message is malformed");
        }
        String user = parts[1];
        if (!parts[0].isEmpty() && !parts[0].equals(user)) {
            return new LoginStep.Failure("user " + user + " wants to act as another");
        }
        boolean isRight =
                parts[2].length() <= PASSWORD_CHARACTERS_MAX && passwords.isPasswordOf(user, parts[2].toCharArray());
        return isRight
                ? new LoginStep.Success(new byte[0], Principal.user(user), Long.MAX_VALUE)
                : new LoginStep.Failure("user " + user + " is unknown or has another password");
    }
}
