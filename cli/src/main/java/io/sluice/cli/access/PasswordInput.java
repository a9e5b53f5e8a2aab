package io.sluice.cli.access;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A new password: typed twice on a terminal, otherwise the first line of stdin. */
final class PasswordInput {

    private static final int LENGTH_MAX = 1024;

    private PasswordInput() {}

    /**
     * Reads the new password of {@code user}.
     *
     * @throws CommandException when there is none, or both differ
     */
    static String read(Console console, String user) {
        if (!console.terminal().input()) {
            return checked(firstLine(console));
        }
        Optional<String> password = console.secret("new password of " + user + ": ");
        Optional<String> again = console.secret("again: ");
        if (!password.equals(again)) {
            throw new CommandException("the two passwords differ; nothing was changed");
        }
        return checked(password.orElse(""));
    }

    private static String firstLine(Console console) {
        try {
            BufferedReader input = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
            char[] line = new char[LENGTH_MAX + 1];
            int length = 0;
            for (int next = input.read(); next >= 0 && next != '\n' && length < line.length; next = input.read()) {
                line[length++] = (char) next;
            }
            return new String(line, 0, length).replaceFirst("\r$", "");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String checked(String password) {
        if (password.isEmpty()) {
            throw new CommandException("no password: type it on a terminal, or give it as the first line of stdin,"
                    + " as in 'sluice user add alice < password-file'");
        }
        if (password.length() > LENGTH_MAX || password.chars().anyMatch(Character::isISOControl)) {
            throw new CommandException("a password has up to " + LENGTH_MAX + " characters and no control characters");
        }
        return password;
    }
}
