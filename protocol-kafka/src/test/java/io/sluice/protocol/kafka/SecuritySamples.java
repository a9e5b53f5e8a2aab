package io.sluice.protocol.kafka;

import java.util.List;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData.ScramCredentialUpsertion;
import org.apache.kafka.common.message.CreateAclsRequestData;
import org.apache.kafka.common.message.CreateAclsRequestData.AclCreation;
import org.apache.kafka.common.message.DeleteAclsRequestData;
import org.apache.kafka.common.message.DeleteAclsRequestData.DeleteAclsFilter;
import org.apache.kafka.common.message.DescribeAclsRequestData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;

/** Plain requests about users and access rules. */
final class SecuritySamples {
    private static final byte TOPIC = 2;
    private static final byte LITERAL = 3;
    private static final byte READ = 3;
    private static final byte ALLOW = 3;
    private static final byte ANY = 1;

    private SecuritySamples() {}

    static SaslHandshakeRequestData handshake() {
        return new SaslHandshakeRequestData().setMechanism("PLAIN");
    }

    static SaslAuthenticateRequestData token() {
        return new SaslAuthenticateRequestData().setAuthBytes(new byte[] {0, 'a', 0, 'b'});
    }

    static CreateAclsRequestData createAcls(String topic) {
        return new CreateAclsRequestData()
                .setCreations(List.of(new AclCreation()
                        .setResourceType(TOPIC)
                        .setResourceName(topic)
                        .setResourcePatternType(LITERAL)
                        .setPrincipal("User:somebody")
                        .setHost("*")
                        .setOperation(READ)
                        .setPermissionType(ALLOW)));
    }

    static DescribeAclsRequestData describeAcls(String topic) {
        return new DescribeAclsRequestData()
                .setResourceTypeFilter(TOPIC)
                .setResourceNameFilter(topic)
                .setPatternTypeFilter(LITERAL)
                .setPrincipalFilter(null)
                .setHostFilter(null)
                .setOperation(ANY)
                .setPermissionType(ANY);
    }

    static DeleteAclsRequestData deleteAcls(String topic) {
        return new DeleteAclsRequestData()
                .setFilters(List.of(new DeleteAclsFilter()
                        .setResourceTypeFilter(TOPIC)
                        .setResourceNameFilter(topic)
                        .setPatternTypeFilter(LITERAL)
                        .setPrincipalFilter(null)
                        .setHostFilter(null)
                        .setOperation(ANY)
                        .setPermissionType(ANY)));
    }

    static DescribeUserScramCredentialsRequestData describeUsers() {
        return new DescribeUserScramCredentialsRequestData().setUsers(null);
    }

    static AlterUserScramCredentialsRequestData alterUsers(String user) {
        return new AlterUserScramCredentialsRequestData()
                .setUpsertions(List.of(new ScramCredentialUpsertion()
                        .setName(user)
                        .setMechanism((byte) 1)
                        .setIterations(4096)
                        .setSalt(new byte[] {1, 2, 3})
                        .setSaltedPassword(new byte[32])));
    }
}
