/**
 * Figures as pictures: line charts in SVG that are small, readable on light and dark pages, and need nothing to be shown. {@link
 * io.sluice.bench.plot.PanelChart} draws, {@code Scale} says where values stand.
 */
@NullMarked
package io.sluice.bench.plot;

import org.jspecify.annotations.NullMarked;
