/** That the attack sends what it says it does, and notices what it should. */
@NullMarked
package io.sluice.testkit.apifuzz;

import org.jspecify.annotations.NullMarked;
