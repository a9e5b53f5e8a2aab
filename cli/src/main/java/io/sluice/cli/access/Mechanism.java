package io.sluice.cli.access;

import org.apache.kafka.clients.admin.ScramMechanism;

/** The ways of SCRAM as options and output name them. */
enum Mechanism {
    SCRAM_SHA_512(ScramMechanism.SCRAM_SHA_512),
    SCRAM_SHA_256(ScramMechanism.SCRAM_SHA_256);

    private final ScramMechanism wire;

    Mechanism(ScramMechanism wire) {
        this.wire = wire;
    }

    ScramMechanism wire() {
        return wire;
    }

    @Override
    public String toString() {
        return wire.mechanismName();
    }
}
