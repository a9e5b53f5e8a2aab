package io.sluice.server.telemetry;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.resources.Resource;

/** A family with its points, as the SDK wants it. */
record ExportedMetric(Resource resource, String name, String description, MetricDataType type, Data<?> data)
        implements MetricData {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("io.sluice");

    @Override
    public Resource getResource() {
        return resource;
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getDescription() {
        return description;
    }

    /** UCUM, as OpenTelemetry asks for. */
    @Override
    public String getUnit() {
        String bare = name.endsWith("_total") ? name.substring(0, name.length() - "_total".length()) : name;
        if (bare.endsWith("_bytes")) {
            return "By";
        }
        return bare.endsWith("_seconds") ? "s" : "1";
    }

    @Override
    public MetricDataType getType() {
        return type;
    }

    @Override
    public Data<?> getData() {
        return data;
    }
}
