/**
 * Share groups (KIP-932): members, sessions, records handed out and acknowledged, offsets. {@link
 * io.sluice.protocol.kafka.codec.share.ShareHandlers} names the handlers; {@code ShareSessions} is what a listener remembers
 * of members, {@code ShareFetchCall} one fetch from request to answer, {@code ShareRecords} the bytes of what was handed
 * out. The state of records is the broker's ({@link io.sluice.broker.api.DeliveryService}). Event loops, but where the
 * broker answers on threads of its own.
 */
@NullMarked
package io.sluice.protocol.kafka.codec.share;

import org.jspecify.annotations.NullMarked;
