/**
 * The only package, with its subpackages, that touches kafka-clients: requests that are not hot are read and written with
 * its message classes and answered by one handler each ({@link io.sluice.protocol.kafka.codec.ColdHandler}). Its classes
 * are no supported interface and move between releases, so nothing of them leaves this package.
 */
@NullMarked
package io.sluice.protocol.kafka.codec;

import org.jspecify.annotations.NullMarked;
