/** Access rules against a naive reference, views that are denied, the audit trail. */
@NullMarked
package io.sluice.broker.access;

import org.jspecify.annotations.NullMarked;
