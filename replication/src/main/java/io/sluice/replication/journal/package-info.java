/** Journals: what makes an entry durable, and the file format of the local one. */
@NullMarked
package io.sluice.replication.journal;

import org.jspecify.annotations.NullMarked;
