/**
 * Sends the broker's numbers by OpenTelemetry (OTLP over HTTP, protobuf) where a setting asks for it: {@link
 * io.sluice.server.telemetry.TelemetryExport}. The OpenTelemetry SDK stays in this package and is loaded only then.
 */
@NullMarked
package io.sluice.server.telemetry;

import org.jspecify.annotations.NullMarked;
