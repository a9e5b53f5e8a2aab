package io.sluice.cli.access;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import picocli.CommandLine.Option;

/** What rules allow and deny, as options. */
final class AclEffects {

    /**
     * An operation that is allowed or denied.
     *
     * @param operation which
     * @param permission whether it is allowed or denied
     */
    record Effect(AclOperation operation, AclPermissionType permission) {}

    @Option(
            names = "--allow",
            split = ",",
            hideParamSyntax = true,
            converter = AclOperations.class,
            paramLabel = "OPERATIONS,…",
            description = "Rules that allow these operations, see below.")
    private List<AclOperation> allowed = new ArrayList<>();

    @Option(
            names = "--deny",
            split = ",",
            hideParamSyntax = true,
            converter = AclOperations.class,
            paramLabel = "OPERATIONS,…",
            description = "Rules that deny these operations, whatever else is allowed.")
    private List<AclOperation> denied = new ArrayList<>();

    /** Each operation that was named with what becomes of it; empty when none was. */
    List<Effect> all() {
        return Stream.concat(
                        allowed.stream().map(operation -> new Effect(operation, AclPermissionType.ALLOW)),
                        denied.stream().map(operation -> new Effect(operation, AclPermissionType.DENY)))
                .distinct()
                .toList();
    }
}
