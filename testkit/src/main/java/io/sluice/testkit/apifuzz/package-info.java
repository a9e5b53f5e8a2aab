/**
 * Requests made from Kafka's message specifications, field by field, sent to a real broker while honest clients go on
 * beside them: what is well formed must be answered in the form of its version and never with "unknown server error",
 * what is not may at most cost the connection that it came on.
 *
 * <p>Reading order: {@link io.sluice.testkit.apifuzz.ApiFuzz} is a whole run. {@code RequestMaker} makes a request with
 * {@code MessageWriter}, which walks over a schema and asks {@code FieldValues} for each value and {@code Lies} for each
 * length. {@code ApiAttack} sends what it makes on connections that are logged in, {@code LoginAttack} on such that are
 * not; {@code AnswerCheck} reads every answer and remembers in {@code Learned} what exists, so that later requests are
 * about it. {@code HonestClients} and {@code BrokerLog} notice harm done to others, {@code Housekeeping} keeps what the
 * attack leaves behind within bounds.
 */
@NullMarked
package io.sluice.testkit.apifuzz;

import org.jspecify.annotations.NullMarked;
