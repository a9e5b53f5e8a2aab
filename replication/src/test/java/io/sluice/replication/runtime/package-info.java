/** The runtime against a machine that only counts. */
@NullMarked
package io.sluice.replication.runtime;

import org.jspecify.annotations.NullMarked;
