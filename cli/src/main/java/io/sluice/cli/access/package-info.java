/**
 * {@code sluice user} and {@code sluice acl}: who may sign in, and who may do what. Passwords are read from stdin or the
 * terminal, never from the command line, where every process could see them, and are never printed. For the command's
 * thread.
 */
@NullMarked
package io.sluice.cli.access;

import org.jspecify.annotations.NullMarked;
