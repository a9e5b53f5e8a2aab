package io.sluice.broker.security;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.ScramMechanism;

/** What happened to users and rules. */
sealed interface SecurityEvent {
    /** A rule that was not there. */
    record RuleAdded(AccessRule rule) implements SecurityEvent {}

    /** A rule that was there. */
    record RuleRemoved(AccessRule rule) implements SecurityEvent {}

    /** A credential, new or instead of one. */
    record CredentialSet(String user, ScramMechanism mechanism, ScramCredential credential) implements SecurityEvent {}

    /** A credential that was there. */
    record CredentialRemoved(String user, ScramMechanism mechanism) implements SecurityEvent {}
}
