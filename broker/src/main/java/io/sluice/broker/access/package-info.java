/**
 * The one access model: who may do what, in every protocol.
 *
 * <p>{@link io.sluice.broker.access.AccessControl} holds the rules in force as an immutable index
 * ({@code AccessRules}), which decides with the semantics of Kafka's authorizer: what no rule allows is forbidden, a
 * denying rule wins, super users are not asked. Its views are the broker as one caller may use it: each service is wrapped
 * by one that asks a {@code Guard} first, so that a new service or method does not compile before it is guarded. What is
 * refused goes to the audit log ({@code AuditTrail}).
 *
 * <p>Any thread. A view keeps its decisions about topics until the rules change. Depends on {@code broker.api} and, for its
 * settings, on {@code broker.config}; on no protocol.
 */
@NullMarked
package io.sluice.broker.access;

import org.jspecify.annotations.NullMarked;
