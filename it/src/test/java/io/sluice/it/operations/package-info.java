/** What operators see and use: metrics, their documents, the packed program. Real processes. */
@NullMarked
package io.sluice.it.operations;

import org.jspecify.annotations.NullMarked;
