/**
 * Looks at a machine before and while a broker runs on it: {@link io.sluice.server.doctor.Doctor} runs the checks, each of
 * which answers {@link io.sluice.server.doctor.Finding}s, one line each, with what to change. Changes nothing but a small
 * temporary file in the data directory, to measure the disk.
 */
@NullMarked
package io.sluice.server.doctor;

import org.jspecify.annotations.NullMarked;
