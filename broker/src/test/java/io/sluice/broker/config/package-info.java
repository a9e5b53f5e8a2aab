/** Tests of config. */
@NullMarked
package io.sluice.broker.config;

import org.jspecify.annotations.NullMarked;
