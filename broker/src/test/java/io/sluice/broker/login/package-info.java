/** Logins by their messages. */
@NullMarked
package io.sluice.broker.login;

import org.jspecify.annotations.NullMarked;
