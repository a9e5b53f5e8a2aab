package io.sluice.server;

import picocli.CommandLine.IVersionProvider;

/** Which Sluice this is. */
final class Version implements IVersionProvider {
    /** Made by picocli. */
    Version() {}

    /** From the jar's manifest; {@code development} when classes run without a jar. */
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"sluice " + current()};
    }
}
