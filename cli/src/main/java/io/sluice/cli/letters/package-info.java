/**
 * {@code sluice dead-letter}: {@link io.sluice.cli.letters.DeadLetterCommand} lists the commands. {@link
 * io.sluice.cli.letters.LetterReader} reads letters, {@link io.sluice.cli.letters.HandledLetters} remembers which of them were
 * dealt with: a dead-letter topic is a topic like any other, from whose middle nothing is deleted. For the command's thread.
 */
@NullMarked
package io.sluice.cli.letters;

import org.jspecify.annotations.NullMarked;
