/** The state machine of users and rules, by seed. */
@NullMarked
package io.sluice.broker.security;

import org.jspecify.annotations.NullMarked;
