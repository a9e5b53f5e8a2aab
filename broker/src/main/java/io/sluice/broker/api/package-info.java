/** All that protocols may call: interfaces and records, in the words of the broker, not of any protocol. */
@NullMarked
package io.sluice.broker.api;

import org.jspecify.annotations.NullMarked;
