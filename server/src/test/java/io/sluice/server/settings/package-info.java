/** Tests of the settings. */
@NullMarked
package io.sluice.server.settings;

import org.jspecify.annotations.NullMarked;
