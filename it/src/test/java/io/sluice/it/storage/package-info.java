/** What happens to records when the disk is full or does not give back what was written, with real processes. */
@NullMarked
package io.sluice.it.storage;

import org.jspecify.annotations.NullMarked;
