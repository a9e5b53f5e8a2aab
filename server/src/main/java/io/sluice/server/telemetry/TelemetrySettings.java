package io.sluice.server.telemetry;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where numbers are sent.
 *
 * @param endpoint of OTLP over HTTP, with its path: {@code http://collector:4318/v1/metrics}
 * @param headersFile lines {@code NAME=VALUE} of headers, which may be secret
 * @param intervalMs between two reports
 */
public record TelemetrySettings(URI endpoint, Optional<Path> headersFile, long intervalMs) {}
