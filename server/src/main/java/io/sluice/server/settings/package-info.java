/**
 * What can be set: {@link io.sluice.server.settings.SluiceSettings} is the one table, with type, default, bounds, unit and
 * a sentence for each; {@link io.sluice.server.settings.SettingsLoader} reads the file, the environment and the command
 * line into {@link io.sluice.server.settings.Settings}. Help texts and the reference are made from the table.
 *
 * <p>Immutable values throughout. The broker's own configurations are taken from its table, so that each is described once.
 */
@NullMarked
package io.sluice.server.settings;

import org.jspecify.annotations.NullMarked;
