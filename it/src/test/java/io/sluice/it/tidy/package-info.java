/**
 * Holds the code base to its own rules: {@link io.sluice.it.tidy.ArchitectureTest} over compiled classes (who may use
 * what), {@link io.sluice.it.tidy.TidyTest} over sources and documents (sizes, comments, links).
 */
@NullMarked
package io.sluice.it.tidy;

import org.jspecify.annotations.NullMarked;
