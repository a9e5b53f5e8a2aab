package io.sluice.cli.access;

import io.sluice.cli.command.BrokerCommand;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.admin.UserScramCredentialsDescription;

/**
 * The broker's users: names with SCRAM credentials (RFC 5802, APIs 50 and 51). The client derives a credential from the
 * password; the password itself never travels.
 */
record Credentials(Admin admin) {

    /** The credentials of all users, by name. */
    Map<String, List<ScramCredentialInfo>> all() {
        Map<String, UserScramCredentialsDescription> found =
                BrokerCommand.await(admin.describeUserScramCredentials().all());
        Map<String, List<ScramCredentialInfo>> users = new TreeMap<>();
        found.forEach((name, user) -> users.put(name, user.credentialInfos()));
        return users;
    }

    /** The credentials of one user; empty when there is no such user. */
    Optional<List<ScramCredentialInfo>> of(String user) {
        return Optional.ofNullable(all().get(user));
    }

    /** Gives {@code user} the password for each of {@code wanted}. */
    void set(String user, Collection<ScramCredentialInfo> wanted, String password) {
        wanted.forEach(info -> alter(new UserScramCredentialUpsertion(user, info, password)));
    }

    /** Takes {@code mechanisms} from {@code user}, who is gone when none is left. */
    void delete(String user, Collection<ScramMechanism> mechanisms) {
        mechanisms.forEach(mechanism -> alter(new UserScramCredentialDeletion(user, mechanism)));
    }

    /** Apache Kafka takes one alteration of a user in a request, whatever the mechanism. */
    private void alter(UserScramCredentialAlteration alteration) {
        BrokerCommand.await(admin.alterUserScramCredentials(List.of(alteration)).all());
    }
}
