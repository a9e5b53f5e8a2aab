/** The Kafka door from the wire: a real listener, and clients that speak bytes, message classes or the client library. */
@NullMarked
package io.sluice.protocol.kafka;

import org.jspecify.annotations.NullMarked;
