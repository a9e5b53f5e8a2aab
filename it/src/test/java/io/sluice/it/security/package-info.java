/** Unmodified clients that prove who they are, certificates that change, and logs that hold no secret. */
@NullMarked
package io.sluice.it.security;

import org.jspecify.annotations.NullMarked;
